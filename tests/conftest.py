"""What holds for every test."""

import os
from pathlib import Path

# A catalog that the developer has refreshed decides no test. Processes that tests start inherit it.
os.environ["BEDROCK_EOL_CACHE_DIR"] = str(Path(__file__).with_name("no-cache"))
