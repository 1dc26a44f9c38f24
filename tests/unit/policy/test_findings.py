"""What tells findings apart and orders them, and from which day on they hold."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest

from checker.model.finding import Root, Severity, Status
from checker.model.policy import CodeSpot, Policy, Scope, Waiver
from checker.model.reference import Form, Traffic, Unresolved
from checker.policy import forecast
from checker.source import Location
from checker.values import Cause

Load = Callable[..., Policy]
OneRule = Callable[..., Policy]
EOL, SOON = "anthropic.test-eol-v1:0", "anthropic.test-soon-v1:0"
OLD, NEW = "aws_bedrockagent_agent.old", "aws_bedrockagent_agent.new"


# --- fingerprints


def test_what_has_moved_is_what_it_was(bench: SimpleNamespace, one_rule: OneRule) -> None:
    policy = one_rule("eol-reached")
    [before] = bench.judged(policy, bench.reference(bench.candidate(EOL), address=OLD))
    [plain] = bench.judged(policy, bench.reference(bench.candidate(EOL), address=NEW))
    moved = bench.reference(bench.candidate(EOL), address=NEW)._replace(moved_from=(OLD, "aws_bedrockagent_agent.mid"))
    [after] = bench.judged(policy, moved)
    assert after.fingerprint == before.fingerprint
    assert after.identity.anywhere == before.identity.anywhere
    # Who knows it by a later address finds it, too; version 1 knew the last one alone.
    assert plain.fingerprint in after.identity.others
    assert len(after.identity.others) == 2
    assert after.identity.before == plain.identity.before


def test_the_first_instance_is_the_resource_and_others_are_others(bench: SimpleNamespace, one_rule: OneRule) -> None:
    addresses = ("x.a", "x.a[0]", 'x.a["k"]', 'x.a["[0]"]', 'x.a["l"]', "x.a[1]", 'module.m[0].x.a["k"]')
    references = [bench.reference(bench.candidate(EOL), address=address) for address in addresses]
    found = [each.fingerprint for each in (bench.judged(one_rule("eol-reached"), each)[0] for each in references)]
    assert found[0] == found[1]
    assert len(set(found)) == len(addresses) - 1
    inside = bench.reference(bench.candidate(EOL), address='module.m.x.a["k"]')
    assert bench.judged(one_rule("eol-reached"), inside)[0].fingerprint == found[-1]


def test_anywhere_is_without_the_root(bench: SimpleNamespace, one_rule: OneRule) -> None:
    found = [
        bench.judged(one_rule("eol-reached"), bench.reference(bench.candidate(EOL)), roots={"envs/prod": Root(path)})[0]
        for path in ("live/prod", "live/dev")
    ]
    assert found[0].fingerprint != found[1].fingerprint
    assert found[0].identity.anywhere == found[1].identity.anywhere


def test_a_waiver_that_covers_nothing_is_the_same_in_another_line_of_the_policy(
    bench: SimpleNamespace, load: Load
) -> None:
    policy = load("version: 1\nrules: [{id: unused, check: unused-waiver, severity: note}]\n")

    def fingerprint(location: Location, reason: str = "r", spot: CodeSpot | None = None) -> str:
        waiver = Waiver("x", Scope(), reason, date(2027, 1, 5), location, spot)
        [finding] = bench.judged(policy._replace(waivers=(waiver,)))
        assert finding.location == location
        return str(finding.fingerprint)

    assert fingerprint(Location("a.yaml", 3, 1)) == fingerprint(Location("b.yaml", 4, 2))
    assert fingerprint(Location("a.yaml", 3, 1)) != fingerprint(Location("a.yaml", 3, 1), "other")
    # In the code, each file has its own.
    spot = CodeSpot(frozenset({("a.tf", 4)}))
    assert fingerprint(Location("a.tf", 3, 1), spot=spot) == fingerprint(Location("a.tf", 9, 1), spot=spot)
    assert fingerprint(Location("a.tf", 3, 1), spot=spot) != fingerprint(Location("b.tf", 3, 1), spot=spot)


# --- order


def test_what_is_called_more_comes_first_among_what_is_equally_severe(bench: SimpleNamespace, load: Load) -> None:
    def traffic(calls: int) -> Traffic:
        return Traffic(date(2026, 11, 1), calls, date(2026, 10, 1))

    references = [
        bench.reference(
            bench.candidate(model), address=f"x.{name}", location=Location(f"{name}.tf", 1, 1), traffic=given
        )
        for name, model, given in [
            ("a", "anthropic.test-legacy-v1:0", traffic(1000)),
            ("b", EOL, None),
            ("c", EOL, traffic(2)),
            ("d", EOL, traffic(30)),
            ("e", EOL, traffic(0)),
        ]
    ]
    rules = "{id: a, check: legacy-model, severity: warning}, {id: b, check: eol-reached, severity: error}"
    found = bench.judged(load(f"version: 1\nrules: [{rules}]\n"), *references)
    assert [finding.reference.address for finding in found] == ["x.d", "x.c", "x.b", "x.e", "x.a"]


@pytest.mark.parametrize("locations", [("a.tf:2:1", "b.tf:1:1"), ("a.tf:9:9", "a.tf:10:1"), ("a.tf:1:9", "a.tf:1:10")])
def test_places_are_in_the_order_of_the_code(
    bench: SimpleNamespace, one_rule: OneRule, locations: tuple[str, str]
) -> None:
    def reference(number: int, written: str) -> object:
        file, line, column = written.split(":")
        return bench.reference(
            bench.candidate(EOL), address=f"x.{9 - number}", location=Location(file, int(line), int(column))
        )

    references = [reference(number, location) for number, location in enumerate(locations)]
    found = bench.judged(one_rule("eol-reached"), *reversed(references))
    assert [finding.reference for finding in found] == references


def test_what_is_at_one_place_is_by_resource_then_by_rule(bench: SimpleNamespace, load: Load) -> None:
    rules = ", ".join(f"{{id: {name}, check: floating-model, severity: error}}" for name in ("b", "a"))
    policy = load(f"version: 1\nrules: [{rules}]\n")
    unresolved = Unresolved(Cause.OPAQUE_NAME, "x-latest", "Look it up.")
    references = [
        bench.reference(bench.candidate("y-latest", model=None), address=f"x.{name}", unresolved=unresolved)
        for name in ("two", "one")
    ]
    found = bench.judged(policy, *references)
    assert [(each.reference.address, each.rule, each.candidate is None) for each in found] == [
        (f"x.{name}", rule, is_unknown)
        for name in ("one", "two")
        for rule in ("a", "b")
        for is_unknown in (True, False)
    ]


def test_findings_about_the_run_have_an_order_of_their_own(bench: SimpleNamespace, load: Load) -> None:
    policy = load("version: 1\nrules: [{id: unused, check: unused-waiver, severity: note}]\n")
    location = Location("a.tf", 3, 1)
    waivers = tuple(Waiver(name, Scope(), "r", date(2027, 1, 5), location) for name in "abcdefgh")
    orders = (waivers, waivers[::-1], waivers[3:] + waivers[:3])
    found = [[each.message for each in bench.judged(policy._replace(waivers=order))] for order in orders]
    assert found[0] == found[1] == found[2]
    assert len(set(found[0])) == len(waivers)


# --- days


@pytest.mark.parametrize(
    ("lines", "model", "region", "since"),
    [
        (("with: {condition: 'stage == \"legacy\"'}",), "anthropic.test-legacy-v1:0", "us-east-1", date(2026, 9, 1)),
        (("with: {condition: 'days_to_eol != null && days_to_eol < 101'}",), SOON, "us-east-1", date(2026, 11, 14)),
        (("with: {condition: 'as_of >= \"2026-11-24\"'}",), "nobody.nothing-v1", "us-east-1", date(2026, 11, 24)),
        (("with: {condition: '!known'}",), "nobody.nothing-v1", "us-east-1", None),
        (("with: {condition: known}",), EOL, "us-east-1", None),
    ],
)
def test_a_condition_holds_from_its_own_day_on(
    bench: SimpleNamespace, one_rule: OneRule, lines: tuple[str, ...], model: str, region: str, since: date | None
) -> None:
    candidate = bench.candidate(model, region=region)
    [finding] = bench.judged(one_rule("expression", *lines), bench.reference(candidate))
    assert finding.fails_from == since


@pytest.mark.parametrize(
    ("regions", "since"),
    [("[us-east-1]", date(2026, 3, 10)), ("[eu-west-1]", date(2026, 9, 1)), ("['*']", date(2026, 3, 10))],
)
def test_a_rule_for_some_regions_holds_from_their_day_on(
    bench: SimpleNamespace, one_rule: OneRule, regions: str, since: date
) -> None:
    candidate = bench.candidate("anthropic.test-regional-v1:0", region=("us-east-1", "eu-west-1"))
    [finding] = bench.judged(one_rule("legacy-model", f"scope: {{regions: {regions}}}"), bench.reference(candidate))
    assert finding.fails_from == since


def test_only_rules_that_cover_a_model_are_forecast(bench: SimpleNamespace, one_rule: OneRule) -> None:
    assessments = bench.assessments(bench.reference(bench.candidate("anthropic.test-announced-v1:0")))

    def foreseen(scope: str) -> list[date]:
        policy = one_rule("eol-reached", f"scope: {scope}")
        return [each.first_day for each in forecast(assessments, policy, bench.as_of, bench.index.lookup)]

    assert foreseen("{kinds: [agent]}") == [date(2027, 6, 15)]
    assert foreseen("{kinds: [flow]}") == []
    assert foreseen("{regions: ['eu-*']}") == []


def test_rules_of_one_day_are_forecast_in_the_order_of_the_policy(bench: SimpleNamespace, load: Load) -> None:
    rules = ", ".join(f"{{id: {name}, check: eol-reached, severity: note}}" for name in ("b", "a", "c"))
    assessments = bench.assessments(bench.reference(bench.candidate("anthropic.test-announced-v1:0")))
    found = forecast(assessments, load(f"version: 1\nrules: [{rules}]\n"), bench.as_of, bench.index.lookup)
    assert [(each.rule.id, each.severity) for each in found] == [(name, Severity.NOTE) for name in ("b", "a", "c")]


# --- Regions of destinations, of what is not known, and of what is unresolved


@pytest.mark.parametrize(
    ("regions", "told"), [("us-east-2", ["us-east-2"]), ("us-west-*", ["us-west-2"]), ("eu-*", [])]
)
def test_a_destination_counts_where_the_rule_holds(
    bench: SimpleNamespace, one_rule: OneRule, regions: str, told: list[str]
) -> None:
    reference = bench.reference(bench.candidate(f"us.{EOL}", region="us-east-1"))
    findings = bench.judged(one_rule("eol-reached", f"scope: {{regions: ['{regions}']}}"), reference)
    assert [(each.severity, each.region) for each in findings] == [(Severity.NOTE, region) for region in told]


def test_a_region_of_the_use_is_no_mere_destination(bench: SimpleNamespace, one_rule: OneRule) -> None:
    reference = bench.reference(bench.candidate(f"us.{EOL}", region=("us-east-1", "us-west-2")))
    [finding] = bench.judged(one_rule("eol-reached"), reference)
    assert (finding.severity, "may route" in finding.message) == (Severity.ERROR, False)
    # By its own id, a model stays where it is called.
    own = bench.reference(bench.candidate(EOL, region="ca-central-1"))
    assert bench.judged(one_rule("eol-reached"), own) == ()


@pytest.mark.parametrize(
    ("region", "match", "status"),
    [
        ("us-east-1", "region: us-east-1", Status.WAIVED),
        ("us-east-1", "region: eu-west-1", Status.OPEN),
        (None, "region: us-east-1", Status.OPEN),
        (None, "region: '*'", Status.OPEN),
        (None, "kind: agent", Status.WAIVED),
        ("us-east-1", "provider: nobody", Status.WAIVED),
        ("us-east-1", "provider: anthropic", Status.OPEN),
    ],
)
def test_a_waiver_of_a_model_that_the_catalog_does_not_know(
    bench: SimpleNamespace, one_rule: OneRule, region: str | None, match: str, status: Status
) -> None:
    waivers = f"waivers:\n  - {{rule: the-rule, match: {{{match}}}, reason: r, until: 2027-01-05}}\n"
    policy = one_rule("unknown-model", waivers=waivers)
    [finding] = bench.judged(policy, bench.reference(bench.candidate("nobody.nothing-v1", region=region)))
    assert finding.status is status


@pytest.mark.parametrize(
    ("match", "status"),
    [
        ("kind: agent", Status.WAIVED),
        ("path: 'envs/**'", Status.WAIVED),
        ("path: 'modules/**'", Status.OPEN),
        ("region: us-east-1", Status.OPEN),
        ("provider: anthropic", Status.OPEN),
        ("certainty: certain", Status.OPEN),
    ],
)
def test_a_waiver_of_what_is_unresolved(bench: SimpleNamespace, one_rule: OneRule, match: str, status: Status) -> None:
    waivers = f"waivers:\n  - {{rule: the-rule, match: {{{match}}}, reason: r, until: 2027-01-05}}\n"
    reference = bench.reference(unresolved=Unresolved(Cause.DEPLOY_TIME, "aws_x.y.arn", "Check a plan."))
    [finding] = bench.judged(one_rule("unresolved-model", waivers=waivers), reference)
    assert finding.status is status


def test_a_wildcard_has_no_provider(bench: SimpleNamespace, one_rule: OneRule) -> None:
    wildcard = bench.candidate("arn:aws:bedrock:*::foundation-model/*", form=Form.WILDCARD, model=None)
    assert bench.judged(one_rule("wildcard-grant", "scope: {providers: ['*']}"), bench.reference(wildcard)) == ()
    assert bench.judged(one_rule("wildcard-grant", "scope: {models: ['arn:*']}"), bench.reference(wildcard)) != ()
