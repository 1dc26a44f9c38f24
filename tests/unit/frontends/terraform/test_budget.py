"""What costs too much is not known and named, and the rest of the root goes on."""

from collections.abc import Callable

import pytest

from checker.frontends.terraform.configuration import scope
from checker.frontends.terraform.configuration.scope import Budget, OverBudgetError
from checker.model.resource import Loaded
from checker.source import Location
from checker.values import Cause, Map, Piece, Text, Unknown, Value
from checker.values.operations.alternatives import add_work, take_work, uncounted

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
COSTLY = "[for a in range(400) : [for b in range(400) : [for c in range(400) : b]]]"


def argument(properties: Value, name: str) -> Value:
    (one,) = properties
    assert isinstance(one.atom, Map)
    return one.atom.entries[name]


def test_the_bound_names_the_costliest_of_the_open_expressions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope, "_MOST_OF_RESOURCE", 100)
    spent = Budget()
    spent.begin()
    for line, steps in ((1, 10), (2, 20), (3, 60)):
        spent.enter(Location("main.tf", line, 1))
        spent.spend(steps)
    spent.enter(Location("main.tf", 4, 1))
    with pytest.raises(OverBudgetError) as first:
        spent.spend(20)
    assert first.value.location == Location("main.tf", 3, 1)
    with pytest.raises(OverBudgetError) as again:
        spent.spend(1)
    assert again.value.location == first.value.location


def test_another_resource_has_a_bound_of_its_own_until_the_root_has_none_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope, "_MOST_OF_RESOURCE", 100)
    monkeypatch.setattr(scope, "_MOST_OF_ROOT", 250)
    spent = Budget()
    for _ in range(2):
        spent.begin()
        with pytest.raises(OverBudgetError):
            spent.spend(101)
    spent.begin()
    spent.spend(40)
    with pytest.raises(OverBudgetError):
        spent.spend(10)


def test_the_rest_of_the_root_goes_on(load: Callable[..., Loaded]) -> None:
    loaded = load(
        {
            "main.tf": f'locals {{\n  cheap = "{MODEL}"\n  costly = {COSTLY}\n}}\n'
            'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = jsonencode(local.costly)\n}\n'
            'resource "aws_bedrockagent_agent" "b" {\n  foundation_model = local.cheap\n}\n'
        }
    )
    first, second = (argument(resource.properties, "foundation_model") for resource in loaded.resources)
    causes = {piece.cause for one in first if isinstance(one.atom, Unknown) for piece in [one.atom]}
    assert causes == {Cause.OVER_BUDGET}
    (known,) = second
    assert isinstance(known.atom, Text)
    assert known.atom.plain == MODEL
    (problem,) = loaded.problems
    assert (problem.file, problem.line, problem.incomplete) == ("main.tf", 3, True)
    assert "more steps" in problem.message


def test_alternatives_that_are_given_up_count(load: Callable[..., Loaded], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look-up goes through all entries under each key that may be another; its result is one unknown."""
    monkeypatch.setattr(scope, "_MOST_OF_RESOURCE", 40_000)
    entries = "".join(f'    k{number} = {{ models = ["m{number}"], also = var.other }}\n' for number in range(200))
    loaded = load(
        {
            "main.tf": 'variable "key" {\n  default = "k1"\n}\nvariable "other" {\n  default = "k2"\n}\n'
            f"locals {{\n  all = {{\n{entries}  }}\n"
            "  each = [for n in range(40) : local.all[local.all[var.key].also].models[0]]\n}\n"
            'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = jsonencode(local.each)\n}\n'
            f'resource "aws_bedrockagent_agent" "b" {{\n  foundation_model = "{MODEL}"\n}}\n'
        }
    )
    (problem,) = loaded.problems
    assert "more steps" in problem.message
    assert argument(loaded.resources[1].properties, "foundation_model")[0].atom == Text((Piece(MODEL),))


def test_what_was_done_for_other_inputs_does_not_count(load: Callable[..., Loaded]) -> None:
    add_work(10**9)
    loaded = load({"main.tf": f'resource "aws_bedrockagent_agent" "a" {{\n  foundation_model = "{MODEL}"\n}}\n'})
    assert not loaded.problems
    assert argument(loaded.resources[0].properties, "foundation_model")[0].atom == Text((Piece(MODEL),))


def test_what_is_kept_for_all_counts_for_nobody() -> None:
    take_work()
    add_work(1)
    with uncounted():
        add_work(1_000)
    assert take_work() == 1


AGENT = f'  foundation_model = "{MODEL}"\n}}\n'


def test_as_many_resources_are_read_as_the_root_writes(
    load: Callable[..., Loaded], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope, "_MOST_RESOURCES", 3)
    loaded = load({"main.tf": "".join(f'resource "aws_bedrockagent_agent" "a{n}" {{\n{AGENT}' for n in range(6))})
    assert (len(loaded.resources), loaded.problems) == (6, ())


@pytest.mark.parametrize("before", ["  count = 4\n", '  for_each = toset(split("", "abcd"))\n'])
def test_instances_have_a_bound(before: str, load: Callable[..., Loaded], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope, "_MOST_RESOURCES", 3)
    one, two = (f'resource "aws_bedrockagent_agent" "{name}" {{\n' for name in ("many", "one"))
    loaded = load({"main.tf": f"{one}{before}{AGENT}{two}{AGENT}"})
    assert [each.address for each in loaded.resources] == ["aws_bedrockagent_agent.one"]
    [problem] = loaded.problems
    assert (problem.line, problem.incomplete) == (1, True)
    assert problem.message.startswith("there are more than 5,000 instances of modules, or 3 of resources")


def test_resources_of_called_modules_have_a_bound(load: Callable[..., Loaded], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope, "_MOST_RESOURCES", 3)
    calls = "".join(f'module "m{n}" {{\n  source = "./m"\n}}\n' for n in range(4))
    loaded = load({"main.tf": calls, "m/main.tf": f'resource "aws_bedrockagent_agent" "a" {{\n{AGENT}'})
    assert (len(loaded.resources), [each.file for each in loaded.problems]) == (3, ["m/main.tf"])
