#!/usr/bin/env bash
# litellm 1.110.2 and genai-prices 0.2.3 (both PyPI) have different prices of the same ids on Bedrock, and neither says
# that it guesses: Claude Sonnet 4.5 by its own id, without a profile, costs as much as under `global.` in litellm and
# as much as under `us.`, a tenth more, in genai-prices
# (https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html: the global profile saves
# that tenth); Nova Pro under `eu.` costs a third more than under `us.` in litellm, and the same in genai-prices. What
# an application costs depends on the table that its traces are priced with.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check litellm==1.110.2 genai-prices==0.2.3

cat >"$work/price.py" <<'PYTHON'
from importlib.metadata import version

import litellm
from genai_prices import Usage, calc_price

SONNET, NOVA = "anthropic.claude-sonnet-4-5-20250929-v1:0", "amazon.nova-pro-v1:0"
found = {}
print("dollars for a million tokens of input: litellm", version("litellm"), "and genai-prices", version("genai-prices"))
for model in (SONNET, f"us.{SONNET}", f"global.{SONNET}", NOVA, f"us.{NOVA}", f"eu.{NOVA}"):
    of_litellm = litellm.model_cost[model]["input_cost_per_token"] * 1_000_000
    price = calc_price(Usage(input_tokens=1000, output_tokens=0), model_ref=model, provider_id="aws").total_price
    found[model] = (f"{of_litellm:.2f}", f"{price * 1000:.2f}")
    print(f"{model}: {' and '.join(found[model])}")
assert found == {
    SONNET: ("3.00", "3.30"),
    f"us.{SONNET}": ("3.30", "3.30"),
    f"global.{SONNET}": ("3.00", "3.00"),
    NOVA: ("0.80", "0.80"),
    f"us.{NOVA}": ("0.80", "0.80"),
    f"eu.{NOVA}": ("1.05", "0.80"),
}, found
PYTHON
LITELLM_LOCAL_MODEL_COST_MAP=True "$work/venv/bin/python" "$work/price.py"
