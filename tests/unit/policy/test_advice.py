"""Advice on a model that is ending: which replacements are named, and in which form."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from checker.model.lifecycle import Model, Profile, Replacement
from checker.model.reference import Cost, Form, Kind, Usage
from checker.policy.advice import lifecycle_advice, replacements
from checker.policy.check import CandidateSubject

OLD = "anthropic.test-eol-v1:0"
US = ("us-east-1", "us-east-2", "us-west-2")
PROFILES = (
    Profile("apac", "apac.x.new", ("ap-south-1",), ("ap-south-1",)),
    Profile("eu", "eu.x.new", ("eu-central-1", "eu-west-1"), ("eu-west-1",)),
    Profile("global", "global.x.new", (*US, "eu-central-1", "eu-west-1", "ap-south-1"), ()),
    Profile("us", "us.x.new", US, US),
)


def new_model(name: str = "x.new", **about: object) -> Model:
    """A model without any date."""
    return Model(name, "New", "X", regions=("us-east-1",), outputs=("text",))._replace(**about)  # type: ignore[arg-type]


@pytest.fixture
def subject_of(bench: SimpleNamespace):
    """The subject of a check: the end of life of a model whose replacements are the given ones."""

    def build(
        *new: Model, text: str = OLD, region: str | tuple[str, ...] | None = "us-east-1", judged: str = "", **of: object
    ) -> CandidateSubject:
        form = of.pop("form", Form.MODEL_ID)
        [assessment] = bench.assessments(bench.reference(bench.candidate(text, region=region, form=form), **of))
        named = tuple(Replacement(each.id, "a test") for each in new)
        assessment = replace(assessment, model=assessment.model._replace(replacements=named))
        stages = {each.region: each for each in assessment.stages(bench.as_of).stages}
        stage = stages[judged] if judged else assessment.stages(bench.as_of).worst
        return CandidateSubject(bench.as_of, {}, assessment, stage, {each.id: each for each in new}.get)

    return build


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        # Who has a profile stays in its geography.
        (f"us.{OLD}", "us-east-1", ("us.x.new",)),
        (f"us.{OLD}", "us-west-2", ("us.x.new",)),
        (f"eu.{OLD}", "eu-west-1", ("eu.x.new",)),
        # Who has none gets the id itself where it can be called, else the profile that keeps the data nearest.
        (OLD, "us-east-1", ("x.new",)),
        (OLD, "us-west-2", ("us.x.new",)),
        (OLD, "eu-west-1", ("eu.x.new",)),
        (OLD, "sa-east-1", ()),
    ],
)
def test_the_form_that_keeps_the_data_nearest_comes_first(subject_of, text, region, expected) -> None:
    assert replacements(subject_of(new_model(profiles=PROFILES), text=text, region=region)) == expected


@pytest.mark.parametrize(
    ("text", "region", "prefixes", "expected"),
    [
        # Without the same geography only the id itself is left, unless the code has chosen any geography.
        (f"us.{OLD}", "us-west-2", ("apac", "eu", "global"), ()),
        (f"us.{OLD}", "us-east-1", ("apac", "eu", "global"), ("x.new",)),
        (f"global.{OLD}", "eu-west-1", ("apac", "eu", "us"), ("eu.x.new",)),
        (f"global.{OLD}", "us-west-2", ("apac", "eu", "us"), ("us.x.new",)),
        (f"global.{OLD}", "us-west-2", ("apac", "eu", "global", "us"), ("global.x.new",)),
        (OLD, "eu-west-1", ("apac", "global", "us"), ("global.x.new",)),
    ],
)
def test_no_geography_is_chosen_that_the_code_has_not_chosen(
    bench: SimpleNamespace, subject_of, text, region, prefixes, expected
) -> None:
    new = new_model(profiles=tuple(each for each in PROFILES if each.prefix in prefixes))
    subject = subject_of(new, region=region)
    candidate = subject.candidate._replace(profile=text.partition(".")[0] if text != OLD else None, text=text)
    assert replacements(subject._replace(assessment=subject.assessment.of(candidate))) == expected


@pytest.mark.parametrize(
    ("accepts", "expected"),
    [
        ((), ("x.new",)),
        ((Form.FOUNDATION_MODEL_ARN,), ("x.new",)),
        ((Form.MODEL_ID, Form.INFERENCE_PROFILE_ID), ("x.new",)),
        ((Form.INFERENCE_PROFILE_ID,), ("us.x.new",)),
        ((Form.INFERENCE_PROFILE_ARN, Form.PROMPT_ARN), ("us.x.new",)),
        ((Form.PROMPT_ARN,), ()),
    ],
)
def test_a_replacement_has_a_form_that_the_place_takes(subject_of, accepts, expected) -> None:
    assert replacements(subject_of(new_model(profiles=PROFILES), accepts=accepts)) == expected


@pytest.mark.parametrize(("count", "named"), [(1, 1), (2, 2), (3, 3), (4, 3)])
def test_no_more_than_three_replacements_are_named(subject_of, count: int, named: int) -> None:
    subject = subject_of(*(new_model(f"x.new-{number}") for number in range(count)))
    names = [f"x.new-{number}" for number in range(named)]
    assert list(replacements(subject)) == names
    assert lifecycle_advice(subject)[0] == f"Move to {' or '.join(names)}."


def test_a_replacement_that_the_catalog_does_not_have_is_passed_over(subject_of) -> None:
    subject = subject_of(new_model("x.gone"), new_model("x.new"))
    assert replacements(subject._replace(find_model={"x.new": new_model("x.new")}.get)) == ("x.new",)


def test_a_model_whose_life_is_not_known_has_no_replacement(subject_of) -> None:
    subject = subject_of(new_model())
    unknown = replace(subject.assessment, model=None)
    assert replacements(subject._replace(assessment=unknown, stage=None)) == ()
    assert replacements(subject._replace(stage=None)) == ()


def test_what_the_old_model_produces_has_to_be_produced(subject_of) -> None:
    assert replacements(subject_of(new_model(outputs=("image", "text")))) == ("x.new",)
    assert replacements(subject_of(new_model(outputs=("image",)))) == ()
    # A source names it, and nobody says what it produces.
    assert replacements(subject_of(new_model(outputs=()))) == ("x.new",)


def test_a_replacement_that_is_itself_ending_is_not_named(bench: SimpleNamespace, subject_of) -> None:
    ending = bench.index.lookup("anthropic.test-legacy-v1:0")
    assert replacements(subject_of(ending, new_model())) == ("x.new",)
    assert lifecycle_advice(subject_of(ending))[0] == (
        "None of the replacements that the catalog names can be used here in us-east-1; choose another Active one."
    )
    assert lifecycle_advice(subject_of(ending, region=None))[0].endswith(
        " can be used here; choose another Active one."
    )
    assert lifecycle_advice(subject_of())[0] == (
        "The catalog names no replacement; choose a model that is Active in us-east-1."
    )


def test_advice_is_about_the_region_that_is_judged(subject_of) -> None:
    """Of two Regions of the use, the finding names one; the replacement has to work there."""
    both = ("eu-west-1", "us-east-1")
    assert replacements(subject_of(new_model(), region=both, judged="us-east-1")) == ("x.new",)
    assert replacements(subject_of(new_model(), region=both, judged="eu-west-1")) == ()


def test_what_is_only_routed_to_a_region_is_advised_for_where_it_comes_from(bench: SimpleNamespace, subject_of) -> None:
    [_, there] = subject_of(new_model(), region=("us-east-1", "us-west-2")).assessment.stages(bench.as_of).stages
    subject = subject_of(new_model(), text=f"us.{OLD}")
    assert there.region == "us-west-2"
    assert replacements(subject._replace(stage=there)) == ("x.new",)


@pytest.mark.parametrize(
    ("profile", "regions", "expected"),
    [
        # Where it is ending and offered: in the US and in the EU, but not where it is offered by no id.
        (None, ("us-east-1", "us-west-2", "eu-central-1", "eu-west-1", "us-east-2", "eu-north-1"), ("x.new",)),
        (None, ("us-east-1", "us-west-2"), ()),
        ("us", US, ("x.new",)),
        ("us", ("us-east-1", "us-west-2"), ()),
        ("eu", US, ()),
    ],
)
def test_where_the_region_is_not_known_it_works_wherever_the_old_one_is_called(
    subject_of, profile, regions, expected
) -> None:
    text = f"{profile}.{OLD}" if profile else OLD
    assert replacements(subject_of(new_model(regions=regions), text=text, region=None)) == expected


def test_where_the_old_one_was_never_offered_it_need_not_work(subject_of) -> None:
    """Rows name Regions of which no source says that they offer it."""
    new = new_model(regions=("us-east-1", "us-east-2", "us-west-2", "eu-central-1", "eu-north-1", "eu-west-1"))
    subject = subject_of(new, region=None)
    old = subject.assessment.model
    rows = tuple(row._replace(regions=(*row.regions, "sa-east-1")) for row in old.rows)
    assessment = replace(subject.assessment, model=old._replace(rows=rows))
    assert replacements(subject._replace(assessment=assessment)) == ("x.new",)


@pytest.mark.parametrize(("regions", "expected"), [(("us-east-1",), ("x.new",)), (("eu-west-1",), ())])
def test_where_nothing_is_known_of_calls_it_works_wherever_the_old_one_is_ending(
    subject_of, regions: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    """Its profile cannot be called from the Region that its row names, and nothing says that it is offered there."""
    subject = subject_of(new_model(regions=regions), text=f"eu.{OLD}", region=None)
    old = subject.assessment.model
    rows = tuple(row._replace(regions=("us-east-1",)) for row in old.rows)
    eu = tuple(each for each in old.profiles if each.prefix == "eu")
    assessment = replace(subject.assessment, model=old._replace(rows=rows, regions=(), profiles=eu))
    stage = assessment.stages(subject.day).worst
    assert replacements(subject._replace(assessment=assessment, stage=stage)) == expected


@pytest.mark.parametrize(
    ("profiles", "expected", "is_open"),
    [
        # Three Regions can call it by its own id, and all by `global`.
        (PROFILES, "global.x.new", False),
        # No one form works in all of them.
        ((PROFILES[1], PROFILES[3]), "x.new", True),
        ((), "x.new", False),
    ],
)
def test_where_an_end_everywhere_names_no_region_it_works_wherever_the_new_one_is_called(
    subject_of, profiles: tuple[Profile, ...], expected: str, is_open: bool
) -> None:
    subject = subject_of(new_model(regions=US, profiles=profiles), region=None)
    old = subject.assessment.model
    row = old.rows[0]._replace(regions=())
    assessment = replace(subject.assessment, model=old._replace(rows=(row,), regions=(), offers=(), profiles=()))
    subject = subject._replace(assessment=assessment, stage=assessment.stages(subject.day).worst)
    assert replacements(subject) == (expected,)
    assert ("The Region, which is not known, decides" in lifecycle_advice(subject)[0]) == is_open


def test_a_model_that_has_ended_everywhere_is_named_nowhere(subject_of) -> None:
    """There is no Region of it in which that would show."""
    subject = subject_of(new_model(), region=None)
    row = subject.assessment.model.rows[0]._replace(regions=())
    new = new_model(regions=(), rows=(row,))
    old = subject.assessment.model._replace(rows=(row,), regions=(), offers=(), profiles=())
    subject = subject._replace(assessment=replace(subject.assessment, model=old), find_model={new.id: new}.get)
    subject = subject._replace(stage=subject.assessment.stages(subject.day).worst)
    assert replacements(subject) == ()
    nothing_known = subject._replace(find_model={new.id: new_model(regions=())}.get)
    assert replacements(nothing_known) == ("x.new",)


@pytest.mark.parametrize("form", [Form.MODEL_ID, Form.FOUNDATION_MODEL_ARN])
def test_a_grant_of_a_model_is_of_the_model_whichever_profile_calls_it(subject_of, form: Form) -> None:
    new = new_model(profiles=PROFILES)
    subject = subject_of(new, text=OLD, region="us-west-2", usage=Usage.GRANT, form=form)
    assert replacements(subject) == ("x.new",)
    # Where nothing offers it, nothing is granted.
    assert replacements(subject_of(new, region="sa-east-1", usage=Usage.GRANT, form=form)) == ()


@pytest.mark.parametrize("form", [Form.INFERENCE_PROFILE_ID, Form.INFERENCE_PROFILE_ARN])
def test_a_grant_of_a_profile_is_of_a_profile(subject_of, form: Form) -> None:
    granted = {"text": f"us.{OLD}", "usage": Usage.GRANT, "form": form}
    assert replacements(subject_of(new_model(profiles=PROFILES), **granted)) == ("us.x.new",)
    assert replacements(subject_of(new_model(), **granted)) == ()


@pytest.mark.parametrize(
    ("kind", "field", "bought"),
    [
        (Kind.PROVISIONED_THROUGHPUT, "provisioned_throughput", "bought as provisioned throughput"),
        (Kind.CUSTOM_MODEL, "fine_tuning", "fine-tuned"),
    ],
)
def test_what_is_bought_has_to_be_for_sale(subject_of, kind: Kind, field: str, bought: str) -> None:
    def advised(*known: bool | None) -> str:
        new = (new_model(f"x.new-{number}", **{field: each}) for number, each in enumerate(known))
        return lifecycle_advice(subject_of(*new, kind=kind))[0]

    question = f" Look up first whether it can be {bought}: the catalog does not know."
    assert advised(True) == "Move to x.new-0."
    assert advised(None) == f"Move to x.new-0.{question}"
    assert advised(False, True) == "Move to x.new-1."
    assert advised(True, None) == f"Move to x.new-0 or x.new-1.{question}"
    assert advised(True, True) == "Move to x.new-0 or x.new-1."


@pytest.mark.parametrize(
    ("of", "effect"),
    [
        ({}, "The agent is changed in place."),
        ({"cost": Cost.REPLACE}, "The agent is replaced."),
        ({"usage": Usage.INDIRECT}, ""),
        ({"kind": Kind.DATA_SOURCE}, ""),
        ({"usage": Usage.GRANT}, ""),
    ],
)
def test_only_what_is_deployed_is_changed(subject_of, of, effect: str) -> None:
    assert lifecycle_advice(subject_of(new_model(), **of))[1] == effect


def test_another_key_makes_another_instance(subject_of) -> None:
    _, effect = lifecycle_advice(subject_of(new_model(), address=f'aws_bedrockagent_agent.a["{OLD}"]'))
    assert effect.startswith("It is also the key of an instance: under another one, the agent is replaced")
