"""What holds for every test."""

import os
from pathlib import Path

from hypothesis import HealthCheck, settings

from checker.processes import collect_rarely
from tests.late_modules import import_iris_late

# A catalog that the developer has refreshed decides no test. Processes that tests start inherit it.
os.environ["BEDROCK_EOL_CACHE_DIR"] = str(Path(__file__).with_name("no-cache"))
# Tests start the command hundreds of times, which takes twice as long if each time compiles all modules.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

import_iris_late()

# As in the command: to look at everything that tests import takes long.
collect_rarely(lives_long=True)

# A run tries the same examples each time, however slow the machine; `--hypothesis-profile default` tries others.
settings.register_profile("fixed", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fixed")
