"""What is one of several stays one of several: arms of expressions, elements of some entries, keys of maps."""

import json

import pytest

from checker.values import Alternative, Assumption, Basis, Cause, Map, Piece, Text, Unknown
from checker.values.operations import ABSENT, from_python

EOL, ACTIVE = "anthropic.test-eol-v1:0", "anthropic.test-active-v1:0"


def said(reference):
    told = [(one.model, str(one.certainty), [str(each) for each in one.given]) for one in reference.candidates]
    return told, reference.complete, reference.unresolved is not None


def machine(made, **state):
    definition = {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "End": True, **state}}}
    return made("AWS::StepFunctions::StateMachine", {"Definition": definition})


def test_both_arms_of_a_choice_outside_of_a_model_id(made, references):
    chosen = f"{{% $states.input.big ? '{EOL}' : '{ACTIVE}' %}}"
    (reference,) = references(machine(made, Assign={"model": chosen}))
    path = "Definition.States.A.Assign.model"
    told = [(EOL, "possible", [f'{path} = "{EOL}"']), (ACTIVE, "possible", [f'{path} = "{ACTIVE}"'])]
    assert said(reference) == (told, True, False)


def test_both_arms_of_a_choice_of_a_model_id_rest_on_its_condition(made, references):
    arguments = {"ModelId": f"{{% $states.input.big ? '{EOL}' : '{ACTIVE}' %}}"}
    call = {"Type": "Task", "Resource": "arn:aws:states:::bedrock:invokeModel", "Arguments": arguments}
    (reference,) = references(machine(made, **call))
    big = "$states.input.big"
    told = [(EOL, "possible", [f"{big} = true"]), (ACTIVE, "possible", [f"{big} = false"])]
    assert said(reference) == (told, True, False)
    arguments["ModelId"] = f"{{% $big ? '{EOL}' : $states.input.model %}}"
    (reference,) = references(machine(made, **call))
    assert said(reference) == ([(EOL, "possible", ["$big = true"])], False, True)


def test_an_element_that_only_some_entries_have_is_possible(made, references):
    def given(value):
        return (Assumption("parameter Env", value, True, Basis.OPEN),)

    missing = Unknown(Cause.INVALID, "mapping Models", "mapping Models")
    value = (
        Alternative(Text((Piece(EOL),)), given('"prod"')),
        Alternative(missing, given('"dev"')),
    )
    agent = made("AWS::Bedrock::Agent", (Alternative(Map({"FoundationModel": value})),))
    (reference,) = references(agent)
    assert said(reference) == ([(EOL, "possible", ['parameter Env = "prod"'])], True, False)


def test_what_exists_in_one_of_several_ways_may_exist_in_none(made, references):
    def way(**inputs):
        return tuple(Assumption(f"var.{name}", value, True, Basis.OPEN) for name, value in inputs.items())

    agent = made(
        "AWS::Bedrock::Agent",
        {"FoundationModel": EOL},
        presence=(way(first="true"), way(first="false", second="true")),
    )
    (reference,) = references(agent)
    assert said(reference) == ([(EOL, "possible", [])], False, False)


@pytest.mark.parametrize("limits", [{EOL: 5}, {EOL: {ACTIVE: {}}}, json.dumps({EOL: ACTIVE})])
def test_keys_of_a_map_are_texts(made, models, limits):
    found = models(made("Custom::Limits", {"Limits": limits}))
    assert found[f'this Limits["{EOL}"][key]'] == [EOL]
    assert [model for path, model in found.items() if not path.endswith(f'Limits["{EOL}"][key]')] in ([], [[ACTIVE]])


def test_a_key_is_possible_where_its_entry_is(made, references):
    chosen = (Assumption("var.on", "true", True, Basis.OPEN),)
    entry = (from_python(5)[0]._replace(given=chosen), ABSENT[0]._replace(given=(chosen[0]._replace(value="false"),)))
    (reference,) = references(
        made("Custom::Limits", (Alternative(Map({"Limits": (Alternative(Map({EOL: entry})),)})),))
    )
    assert said(reference) == ([(EOL, "possible", ["var.on = true"])], False, False)
