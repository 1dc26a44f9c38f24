#!/usr/bin/env bash
# behave-asl 1.2.0 (PyPI), with which one tests state machines of Step Functions, takes greater for less where a Choice
# state compares with a value of its own: under `TimestampGreaterThan` the day before is greater than a day, and so for
# numbers and texts; with the same operators and a path (`TimestampGreaterThanPath`) it is right. Step Functions asks
# whether the variable is greater than the value (Amazon States Language specification, "Choice State").
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check behave-asl==1.2.0 behave==1.2.6 jsonata-python==0.7.1
cd "$work"
mkdir features

cat >machine.asl <<'JSON'
{
  "StartAt": "Value",
  "States": {
    "Value": {
      "Type": "Choice",
      "Choices": [{"Variable": "$.now", "TimestampGreaterThan": "2026-10-01T00:00:00Z", "Next": "AskItsSuccessor"}],
      "Default": "AskTheModel"
    },
    "Path": {
      "Type": "Choice",
      "Choices": [{"Variable": "$.now", "TimestampGreaterThanPath": "$.end", "Next": "AskItsSuccessor"}],
      "Default": "AskTheModel"
    },
    "AskTheModel": {"Type": "Succeed"},
    "AskItsSuccessor": {"Type": "Succeed"}
  }
}
JSON
cat >features/end.feature <<'FEATURE'
Feature: What is asked after the end of a model
  Scenario Outline: <state> on <day>
    Given a state machine defined in "machine.asl"
    And the execution is currently at the state "<state>"
    And the current state data is:
      """
      {"now": "<day>T00:00:00Z", "end": "2026-10-01T00:00:00Z"}
      """
    When the state machine executes
    Then the next state is "<next>"

    Examples:
      | state | day        | next            |
      | Value | 2026-09-30 | AskTheModel     |
      | Value | 2026-10-02 | AskItsSuccessor |
      | Path  | 2026-09-30 | AskTheModel     |
      | Path  | 2026-10-02 | AskItsSuccessor |
FEATURE
venv/bin/pip list --format=freeze --disable-pip-version-check | grep '^behave'
{ venv/bin/behave-asl || true; } >said.txt
grep "Expected next state" said.txt
sed -n '/^Failing scenarios:/,$p' said.txt | grep -oE '(Value|Path) on [0-9-]+|^[0-9]+ scenarios passed, [0-9]+ failed' | tee found
diff - found <<'EXPECTED'
Value on 2026-09-30
Value on 2026-10-02
2 scenarios passed, 2 failed
EXPECTED
