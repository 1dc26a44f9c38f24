"""The data of others raises contradictions, and is never taken over."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from checker.catalog.refresh import refreshed
from checker.catalog.refresh.refreshed import CROSS_CHECKS, cross_check
from checker.errors import UsageError
from checker.model.lifecycle import Catalog, LifecycleRow, Model

DAY = date(2026, 11, 24)
ROW = LifecycleRow((), None, None, date(2027, 3, 1), "page", DAY)
CATALOG = Catalog(
    DAY,
    "invented",
    (
        Model("a.ends-v1:0", "Ends", "A", rows=(ROW,), regions=("us-east-1",)),
        Model("a.lives-v1:0", "Lives", "A", regions=("us-east-1",), eol_no_sooner_than=date(2027, 9, 9)),
    ),
)
LITELLM = {
    "us.a.ends-v1:0": {"litellm_provider": "bedrock_converse", "deprecation_date": "2027-03-01"},
    "bedrock/us-east-1/a.ends-v1:0": {"litellm_provider": "bedrock", "deprecation_date": "2027-03-02"},
    "a.lives-v1:0": {"litellm_provider": "bedrock", "deprecation_date": "2027-04-01"},
    "eu.a.lives-v1:0": {"litellm_provider": "bedrock", "deprecation_date": "2027-09-09"},
    "a.unheard-v1:0": {"litellm_provider": "bedrock", "deprecation_date": "2027-04-01"},
    "gpt": {"litellm_provider": "openai", "deprecation_date": "2027-04-01"},
}
RETIRE = {
    "models": [
        {"id": "a.lives-v1:0", "retires_on": "2027-04-01", "source": "https://docs.aws.amazon.com/bedrock/x"},
        {"id": "a.ends-v1:0", "retires_on": "2029-04-01", "source": "https://elsewhere.test/"},
    ]
}
CDK = """'''(deprecated) Base model "a.lives-v1:0".
'''Base model "a.ends-v1:0".
'''(deprecated) Base model "a.ends-v1:0".
"""


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "litellm",
            json.dumps(LITELLM),
            [
                "a.ends-v1:0: EOL 2027-03-01; but litellm 9 (MIT) says that EOL 2027-03-02",
                "a.lives-v1:0: no EOL known; but litellm 9 (MIT) says that EOL 2027-04-01",
            ],
        ),
        (
            "model-retire",
            json.dumps(RETIRE),
            ["a.lives-v1:0: no EOL known; but bydtech-model-retire 9 (MIT) says that EOL 2027-04-01"],
        ),
        ("cdk", CDK, ["a.lives-v1:0: Active; but aws-cdk-lib 9 (Apache-2.0) says that it is deprecated"]),
    ],
)
def test_what_others_say_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str, expected: list[str]
) -> None:
    class Distribution:
        version = "9"

        def locate_file(self, file: str) -> Path:
            assert file == CROSS_CHECKS[name].file
            return tmp_path / "data"

    (tmp_path / "data").write_text(content, encoding="utf-8")
    monkeypatch.setattr(refreshed.importlib.metadata, "distribution", lambda _: Distribution())
    assert list(cross_check(name).contradictions(CATALOG)) == expected
    (tmp_path / "data").write_text('{"models": 1, "x": []', encoding="utf-8")
    if name != "cdk":
        with pytest.raises(UsageError, match="cannot be read"):
            cross_check(name)


def test_a_package_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise refreshed.importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(refreshed.importlib.metadata, "distribution", missing)
    with pytest.raises(UsageError, match="pip install bydtech-model-retire"):
        cross_check("model-retire")
