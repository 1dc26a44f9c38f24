"""A refresh of the catalog: the way from a page, or an answer of the API, to a row. Only its command imports this.

    documents   fetches AWS's pages, or reads a folder of saved ones          api   asks Bedrock in each Region
        |                                                                      |
    html_page, markdown_page   text to blocks: headings, lists, tables         |
        |                                                                      |
    lifecycle_page, model_card   blocks to what is said of a model             |
        |    cells: days, Regions and ids, or a reason to refuse them          |
        +-------------------------------> statements <-------------------------+
                                              |
    merge, dated_rows   statements over what the catalog has, by the strength of the source and its day
                                              |
    refreshed   the new catalog, with what contradicts itself, was refused or was not read

What does not make sense is refused with a reason and never guessed; then the old data of that part stays, with its day.
"""
