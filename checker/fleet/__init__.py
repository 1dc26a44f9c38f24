"""Checks many repositories in one run: which models an organisation uses, what breaks when, and who owns it.

repositories, hosts   what to read: a list, a directory, an organisation on GitHub, a group on GitLab
      |
engine                one task per repository on a Dask cluster; retries, time limits
      |
task                  checkout -> scan -> rows: the work of one task
      |
store                 rows as Parquet files, partitioned by run; unchanged repositories come from the last run
      |
judging               findings from stored references, without code
      |
runs, views           a whole run; the data for reports, comparisons and queries
"""
