#!/usr/bin/env bash
# pyarrow 26.0.1 (PyPI) reads folders named by AWS account ids as numbers if the ids fit 32 bits, and as text if one
# does not: account 000123456789 becomes 123456789 as soon as it stands alone, while duckdb 2.0.1 (PyPI) reads the same
# folders as text at all times.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pyarrow==26.0.1 duckdb==2.0.1

cat >"$work/read.py" <<'PYTHON'
import sys
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow
import pyarrow.dataset
import pyarrow.parquet

print("pyarrow", version("pyarrow"), "and duckdb", version("duckdb"))
found = {}
for name, accounts in (("one", ["000123456789"]), ("two", ["000123456789", "123456789012"])):
    folder = Path(sys.argv[1]) / name
    table = pyarrow.table({"account": accounts, "model": ["amazon.nova-lite-v1:0"] * len(accounts)})
    pyarrow.parquet.write_to_dataset(table, folder, partition_cols=["account"])
    arrow = pyarrow.dataset.dataset(folder, partitioning="hive").to_table()["account"].to_pylist()
    rows = duckdb.execute("SELECT account FROM read_parquet(?)", [f"{folder}/**/*.parquet"]).fetchall()
    found[name] = sorted(arrow), sorted(account for (account,) in rows)
    print(f"{accounts}: pyarrow {found[name][0]}, duckdb {found[name][1]}")
assert found == {
    "one": ([123456789], ["000123456789"]),
    "two": (["000123456789", "123456789012"], ["000123456789", "123456789012"]),
}, found
PYTHON
"$work/venv/bin/python" "$work/read.py" "$work"
