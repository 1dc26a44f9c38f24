titles = "cohere.command-r-v1:0"
embed = "overridden-below"
not_null = null
