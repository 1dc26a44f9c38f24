"""The API, asked by the real botocore client, answered by a server on this machine as Bedrock would."""

import json
import re
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from checker.catalog import load_file
from checker.catalog.refresh import api
from checker.catalog.refresh.api import list_models
from checker.catalog.refresh.statements import API_SOURCE, StatedProfile, StatedRow
from checker.cli import run
from checker.errors import UsageError
from checker.model.lifecycle import Catalog, Model, Origin, Stage
from checker.model.stages import stage_on

DAY = date(2026, 11, 24)
Answer = tuple[int, Any]


def model(identifier: str, **fields: Any) -> dict[str, Any]:
    return {
        "modelArn": f"arn:aws:bedrock:us-east-1::foundation-model/{identifier}",
        "modelId": identifier,
        "modelName": identifier.partition(".")[2],
        "providerName": "Anthropic",
        "inputModalities": ["TEXT", "IMAGE"],
        "outputModalities": ["TEXT"],
        "inferenceTypesSupported": ["ON_DEMAND"],
        "modelLifecycle": {"status": "ACTIVE"},
        **fields,
    }


def profile(identifier: str, *regions: str) -> dict[str, Any]:
    base = identifier.partition(".")[2]
    return {
        "inferenceProfileId": identifier,
        "inferenceProfileName": identifier,
        "inferenceProfileArn": f"arn:aws:bedrock:us-east-1:111122223333:inference-profile/{identifier}",
        "models": [{"modelArn": f"arn:aws:bedrock:{region}::foundation-model/{base}"} for region in regions],
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
    }


class Bedrock:
    """What the server answers, by Region, and what it was asked. The Region is read from the signature."""

    def __init__(self) -> None:
        self.models: dict[str, Any] = {}
        self.profiles: dict[str, list[list[dict[str, Any]]]] = {}
        self.failing: dict[str, list[Answer]] = {}
        self.asked: list[tuple[str, str]] = []

    def answer(self, region: str, path: str, query: dict[str, list[str]]) -> Answer:
        self.asked.append((region, path))
        if self.failing.get(region):
            return self.failing[region].pop(0) if len(self.failing[region]) > 1 else self.failing[region][0]
        if path == "/foundation-models":
            return 200, {"modelSummaries": self.models.get(region, [])}
        assert query["type"] == ["SYSTEM_DEFINED"]
        pages = self.profiles.get(region, [[]])
        number = int(query.get("nextToken", ["0"])[0])
        more = {"nextToken": str(number + 1)} if number + 1 < len(pages) else {}
        return 200, {"inferenceProfileSummaries": pages[number], **more}


@pytest.fixture
def bedrock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bedrock]:
    service = Bedrock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            signed = re.search(r"Credential=\w+/\d+/([a-z0-9-]+)/bedrock/", self.headers["Authorization"])
            assert signed is not None
            code, body = service.answer(signed[1], parts.path, parse_qs(parts.query))
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(code)
            if code != 200 and not isinstance(body, bytes):
                self.send_header("x-amzn-ErrorType", body["kind"])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # A server looks so often, in seconds, whether it is to end.
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(api, "PAUSE_SECONDS", 0)
    yield service
    server.shutdown()
    server.server_close()
    thread.join()


def ask(*regions: str, known: tuple[Model, ...] = ()) -> Any:
    return list_models(regions, DAY, Catalog(DAY, "invented", known), lambda *_: None)


def known_in(region: str, *names: str) -> tuple[Model, ...]:
    return tuple(Model(f"anthropic.{name}-v1:0", name, "Anthropic", regions=(region,)) for name in names)


def test_several_regions_become_one_statement(bedrock: Bedrock) -> None:
    dates = {
        "status": "LEGACY",
        "startOfLifeTime": "2025-05-22T00:00:00+00:00",
        "legacyTime": "2026-04-14T08:00:00+00:00",
        "publicExtendedAccessTime": "2026-07-14T08:00:00+00:00",
        "endOfLifeTime": "2027-10-14T23:30:00-08:00",
    }
    bedrock.models = {
        "us-east-1": [model("anthropic.sigma-v1:0", modelLifecycle=dates), model("anthropic.tau-v1:0")],
        "eu-west-1": [model("anthropic.sigma-v1:0", inferenceTypesSupported=["INFERENCE_PROFILE"])],
    }
    listings = ask("us-east-1", "eu-west-1")
    assert (listings.regions, listings.failures, listings.reading.refusals) == (("eu-west-1", "us-east-1"), (), ())
    by_model = {statement.model: statement for statement in listings.reading.statements}
    sigma = by_model["anthropic.sigma-v1:0"]
    assert sigma.origin == Origin(API_SOURCE, DAY)
    # The end is a day of UTC, wherever it is written.
    assert sigma.rows == (StatedRow(("us-east-1",), date(2026, 4, 14), date(2026, 7, 14), date(2027, 10, 15)),)
    assert sigma.listed == (("eu-west-1", "ACTIVE"), ("us-east-1", "LEGACY"))
    assert (sigma.offered, sigma.launch_date) == (("us-east-1",), date(2025, 5, 22))
    assert (sigma.inputs, sigma.outputs) == (("image", "text"), ("text",))
    assert by_model["anthropic.tau-v1:0"].offered == ("us-east-1",)


def test_all_pages_of_profiles_are_read(bedrock: Bedrock) -> None:
    bedrock.models = {"us-east-1": [model("anthropic.sigma-v1:0"), model("anthropic.tau-v1:0")]}
    bedrock.profiles = {
        "us-east-1": [
            [profile("us.anthropic.sigma-v1:0", "us-east-1", "us-west-2")],
            [],
            [profile("us.anthropic.tau-v1:0", "us-east-1"), profile("global.anthropic.tau-v1:0", "us-east-1", "")],
        ]
    }
    by_model = {statement.model: statement for statement in ask("us-east-1").reading.statements}
    assert by_model["anthropic.sigma-v1:0"].profiles == (StatedProfile("us", "us-east-1", ("us-east-1", "us-west-2")),)
    assert by_model["anthropic.tau-v1:0"].profiles == (
        StatedProfile("us", "us-east-1", ("us-east-1",)),
        # An ARN without a Region: it may go anywhere.
        StatedProfile("global", "us-east-1", ()),
    )
    assert bedrock.asked.count(("us-east-1", "/inference-profiles")) == 3


def test_throttling_is_waited_out(bedrock: Bedrock) -> None:
    bedrock.models = {"us-east-1": [model("anthropic.sigma-v1:0")]}
    throttled = (429, {"kind": "ThrottlingException", "message": "Rate exceeded"})
    bedrock.failing = {"us-east-1": [throttled, throttled, (503, {"kind": "ServiceUnavailable", "message": "later"}),
                                     (200, {"modelSummaries": [model("anthropic.sigma-v1:0")]}),
                                     (200, {"inferenceProfileSummaries": []})]}  # fmt: skip
    listings = ask("us-east-1")
    assert listings.failures == ()
    assert [statement.model for statement in listings.reading.statements] == ["anthropic.sigma-v1:0"]
    assert len(bedrock.asked) == 5


def test_regions_fail_by_themselves_and_say_why(bedrock: Bedrock) -> None:
    bedrock.models = {"us-east-1": [model("anthropic.sigma-v1:0")]}
    bedrock.failing = {
        "eu-west-1": [(403, {"kind": "AccessDeniedException", "message": "explicit deny in a policy"})],
        "ap-south-1": [(400, {"kind": "UnrecognizedClientException", "message": "token is invalid"})],
    }
    known = known_in("sa-east-1", "sigma")
    listings = ask("us-east-1", "eu-west-1", "ap-south-1", "sa-east-1", known=known)
    assert listings.regions == ("us-east-1",)
    assert listings.failures == (
        ("ap-south-1", "UnrecognizedClientException: token is invalid"),
        ("eu-west-1", "AccessDeniedException: explicit deny in a policy"),
        ("sa-east-1", "the list is empty, though models are known to be offered there"),
    )


def test_an_empty_list_is_an_answer_where_nothing_is_known(bedrock: Bedrock) -> None:
    bedrock.models = {"us-east-1": [model("anthropic.sigma-v1:0")]}
    assert ask("us-east-1", "sa-east-1", known=known_in("us-east-1", "sigma")).failures == ()


def test_a_listing_that_has_lost_more_than_a_third_is_not_believed(bedrock: Bedrock) -> None:
    known = known_in("us-east-1", "sigma", "tau", "phi")
    bedrock.models = {"us-east-1": [model("anthropic.sigma-v1:0")], "eu-west-1": [model("anthropic.sigma-v1:0")]}
    listings = ask("us-east-1", "eu-west-1", known=known)
    assert listings.regions == ("eu-west-1",)
    assert listings.failures == (("us-east-1", "the list lacks 2 of the 3 models that are known to be offered there"),)
    bedrock.models["us-east-1"].append(model("anthropic.tau-v1:0"))
    assert ask("us-east-1", known=known).failures == ()


@pytest.mark.parametrize(
    "answer",
    [b"<html><body>Please <b>log in</b></body></html>", b'{"modelSummaries": [{"modelId": "anth', b"{}", b"", b"[]",
     b"null", b'{"modelSummaries": {}}', b'{"modelSummaries": ["x"]}', b'{"modelSummaries": null}', b"\xff\xfe\x00"],
)  # fmt: skip
def test_an_answer_that_is_no_listing_is_that_regions_matter(bedrock: Bedrock, answer: bytes) -> None:
    bedrock.models = {"us-east-1": [model("anthropic.sigma-v1:0")]}
    bedrock.failing = {"eu-west-1": [(200, answer)]}
    listings = ask("us-east-1", "eu-west-1")
    assert listings.regions == ("us-east-1",)
    [failure] = listings.failures
    assert failure.region == "eu-west-1"
    assert failure.reason
    assert "<" not in failure.reason


def test_a_page_of_a_proxy_is_shown_as_its_text(bedrock: Bedrock) -> None:
    bedrock.models = {"us-east-1": [model("anthropic.sigma-v1:0")]}
    bedrock.failing = {
        "eu-west-1": [(403, b"<html><style>p {}</style><h1>Blocked</h1><p>" + b"x" * 900 + b"</p></html>")]
    }
    [failure] = ask("us-east-1", "eu-west-1").failures
    assert "<" not in failure.reason
    assert len(failure.reason) < 250


def test_a_list_of_profiles_without_an_end_is_no_answer(bedrock: Bedrock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_MOST_PAGES", 3)
    bedrock.models = {"us-east-1": [model("anthropic.sigma-v1:0")], "eu-west-1": [model("anthropic.sigma-v1:0")]}
    bedrock.profiles = {"eu-west-1": [[] for _ in range(9)]}
    [failure] = ask("us-east-1", "eu-west-1").failures
    assert failure.reason == "the list of inference profiles goes on after 3 pages"


def test_a_region_that_is_silent_costs_two_tries(bedrock: Bedrock, monkeypatch: pytest.MonkeyPatch) -> None:
    import botocore.exceptions

    tries = []

    def silent(**_: object) -> None:
        tries.append(1)
        raise botocore.exceptions.ReadTimeoutError(endpoint_url="https://bedrock.test")

    with pytest.raises(botocore.exceptions.ReadTimeoutError):
        api._patiently(silent)
    assert len(tries) == 2
    assert 2 * api._READ_SECONDS + 1 < 20


def test_no_answer_at_all_is_an_error(bedrock: Bedrock) -> None:
    bedrock.failing = {"us-east-1": [(403, {"kind": "AccessDeniedException", "message": "no"})]}
    with pytest.raises(UsageError, match="no Region answered; us-east-1: AccessDeniedException: no"):
        ask("us-east-1")


def test_no_credentials_are_an_error_that_says_what_to_do(bedrock: Bedrock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(UsageError, match=r"there are no AWS credentials.*--from docs"):
        ask("us-east-1")
    assert bedrock.asked == []


def test_a_profile_that_does_not_exist_is_an_error(bedrock: Bedrock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(UsageError, match="nobody"):
        ask("us-east-1")
    assert bedrock.asked == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"modelId": "Sigma One"}, "is not a model id"),
        ({"modelLifecycle": {"status": "SUNSET"}}, "the status 'SUNSET' is not known"),
        (
            {"modelLifecycle": {"status": "LEGACY", "legacyTime": 1800000000, "endOfLifeTime": 1700000000}},
            "its lifecycle dates are not in order: 2027-01-15, 2023-11-14",
        ),
    ],
)
def test_odd_models_are_refused_and_named(bedrock: Bedrock, fields: dict[str, Any], words: str) -> None:
    bedrock.models = {"us-east-1": [model("anthropic.sigma-v1:0", **fields), model("anthropic.tau-v1:0")]}
    reading = ask("us-east-1").reading
    taken = [statement.model for statement in reading.statements if statement.listed]
    assert taken == ["anthropic.tau-v1:0"]
    # The entry is there, whatever it says: the model is not gone.
    refused = [(each.model, each.refused) for each in reading.statements if each.refused]
    assert refused == ([] if "modelId" in fields else [("anthropic.sigma-v1:0", ("us-east-1",))])
    [refusal] = reading.refusals
    assert refusal.source == "the API in us-east-1"
    assert words in refusal.reason


def test_an_end_is_not_lost_for_the_sake_of_a_price(bedrock: Bedrock) -> None:
    times = {"status": "LEGACY", "legacyTime": "2026-05-01T07:00:00Z", "endOfLifeTime": "2027-05-01T07:00:00Z"}
    dates = {**times, "publicExtendedAccessTime": times["endOfLifeTime"]}
    bedrock.models = {"us-east-1": [model("anthropic.sigma-v1:0", modelLifecycle=dates)]}
    reading = ask("us-east-1").reading
    assert reading.statements[0].rows == (StatedRow(("us-east-1",), date(2026, 5, 1), None, date(2027, 5, 1)),)
    [refusal] = reading.refusals
    assert "its extended access from 2027-05-01 does not fit its other dates" in refusal.reason


def test_how_a_model_can_be_bought_is_read(bedrock: Bedrock) -> None:
    bought = {"inferenceTypesSupported": ["ON_DEMAND", "PROVISIONED"], "customizationsSupported": ["FINE_TUNING"]}
    bedrock.models = {
        "us-east-1": [model("anthropic.sigma-v1:0", customizationsSupported=[]), model("anthropic.tau-v1:0")],
        "us-west-2": [model("anthropic.sigma-v1:0", **bought)],
    }
    by_model = {each.model: each for each in ask("us-east-1", "us-west-2").reading.statements}
    sigma, tau = by_model["anthropic.sigma-v1:0"], by_model["anthropic.tau-v1:0"]
    assert (sigma.provisioned_throughput, sigma.fine_tuning) == (True, True)
    assert (tau.provisioned_throughput, tau.fine_tuning) == (False, None)


def test_missing_and_new_fields_are_no_fault(bedrock: Bedrock) -> None:
    bare = {
        "modelArn": "arn:aws:bedrock:us-east-1::foundation-model/anthropic.sigma-v1:0",
        "modelId": "anthropic.sigma-v1:0",
    }
    odd = model("anthropic.tau-v1:0", outputModalities=["TEXT", "SMELL"], surprise={"deep": [1]})
    bedrock.models = {"us-east-1": [bare, odd]}
    reading = ask("us-east-1").reading
    assert reading.refusals == ()
    assert reading.statements[0].listed == (("us-east-1", "ACTIVE"),)
    assert reading.statements[1].outputs == ("text",)


def test_variants_for_a_context_are_the_model(bedrock: Bedrock) -> None:
    legacy = {"status": "LEGACY"}
    bedrock.models = {
        "us-east-1": [model("anthropic.sigma-v1:0", modelLifecycle=legacy), model("anthropic.sigma-v1:0:24k"),
                      model("anthropic.sigma-v1:0:mm")]
    }  # fmt: skip
    [statement] = ask("us-east-1").reading.statements
    assert (statement.model, statement.listed) == ("anthropic.sigma-v1:0", (("us-east-1", "LEGACY"),))


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (profile("mars.anthropic.sigma-v1:0", "us-east-1"), "its geography is not known"),
        ({**profile("us.anthropic.sigma-v1:0"), "models": profile("us.anthropic.tau-v1:0", "us-east-1")["models"]},
         "which is another model"),
        (profile("us.anthropic.sigma-v1:0", "us-middle-9"), "'us-middle-9', which is not a Region"),
    ],
)  # fmt: skip
def test_odd_profiles_are_refused_and_named(bedrock: Bedrock, item: dict[str, Any], words: str) -> None:
    bedrock.models = {"us-east-1": [model("anthropic.sigma-v1:0")]}
    bedrock.profiles = {"us-east-1": [[item]]}
    [refusal] = ask("us-east-1").reading.refusals
    assert refusal.subject == item["inferenceProfileId"]
    assert words in refusal.reason


def test_without_regions_all_of_the_partition_are_asked(bedrock: Bedrock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-gov-west-1")
    bedrock.models = {
        "us-gov-west-1": [model("anthropic.sigma-v1:0")],
        "us-gov-east-1": [model("anthropic.sigma-v1:0")],
    }
    assert ask().regions == ("us-gov-east-1", "us-gov-west-1")


def test_thirty_regions_at_once(bedrock: Bedrock) -> None:
    import boto3

    wanted = boto3.session.Session().get_available_regions("bedrock")
    bedrock.models = {region: [model("anthropic.sigma-v1:0")] for region in wanted}
    steps: list[tuple[str, int, int]] = []
    listings = list_models((), DAY, Catalog(DAY, "invented", ()), lambda *step: steps.append(step))
    assert listings.regions == tuple(sorted(wanted))
    assert [number for _, number, _ in steps] == list(range(1, len(wanted) + 1))
    assert {total for _, _, total in steps} == {len(wanted)}
    assert len(wanted) > 30


# The whole way, from the command line to the catalog that `check` uses


def test_a_refresh_writes_the_catalog_and_says_what_it_could_not_read(
    bedrock: Bedrock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BEDROCK_EOL_CACHE_DIR", str(tmp_path))
    dates = {"status": "LEGACY", "legacyTime": "2026-10-01T08:00:00Z", "endOfLifeTime": "2027-05-01T08:00:00Z"}
    base = Path(__file__).parents[2] / "catalog.json"
    others = [
        model(each.id)
        for each in load_file(base).models
        if each.is_offered_in("us-east-1")
        and each.id not in ("anthropic.test-active-v1:0", "anthropic.test-legacy-v1:0")
    ]
    bedrock.models = {
        "us-east-1": [model("anthropic.test-active-v1:0", modelLifecycle=dates), model("anthropic.new-v1:0"), *others]
    }
    bedrock.failing = {"eu-west-1": [(403, {"kind": "AccessDeniedException", "message": "not allowed"})]}
    command = ["models", "refresh", "--from", "api", "--regions", "us-east-1,eu-west-1", "--catalog", str(base)]
    assert run(command) == 3
    out = capsys.readouterr().out
    assert "not read: eu-west-1: AccessDeniedException: not allowed; its old data stays" in out
    assert "+ anthropic.new-v1:0" in out
    assert "EOL in us-east-1: 2027-05-01 (new)" in out
    assert "no longer listed: anthropic.test-legacy-v1:0 in us-east-1" in out
    written = load_file(tmp_path / "catalog.json")
    # One Region is not the whole.
    assert written.as_of == load_file(base).as_of < written.newest
    changed = next(each for each in written.models if each.id == "anthropic.test-active-v1:0")
    assert [(row.regions, row.eol_date, row.source) for row in changed.rows] == [
        (("us-east-1",), date(2027, 5, 1), API_SOURCE)
    ]
    assert stage_on(changed, DAY, "eu-west-1").stage is Stage.ACTIVE


def test_a_refresh_that_fails_keeps_the_old_catalog(
    bedrock: Bedrock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BEDROCK_EOL_CACHE_DIR", str(tmp_path))
    base = Path(__file__).parents[2] / "catalog.json"
    cache = tmp_path / "catalog.json"
    cache.write_bytes(base.read_bytes())
    bedrock.failing = {"us-east-1": [(403, {"kind": "AccessDeniedException", "message": "not allowed"})]}
    assert run(["models", "refresh", "--from", "api", "--regions", "us-east-1"]) == 2
    said = capsys.readouterr().err
    assert "the refresh failed: no Region answered; us-east-1: AccessDeniedException: not allowed" in said
    assert "catalog.json stays as it was; the data in use is of 2026-11-01" in " ".join(said.split())
    assert cache.read_bytes() == base.read_bytes()
    assert [each.name for each in tmp_path.iterdir()] == ["catalog.json"]
