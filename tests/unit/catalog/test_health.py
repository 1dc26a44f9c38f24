"""AWS Health, answered by a stand-in of its client: which models end on which day, and what is no such event."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from checker.catalog.refresh import health
from checker.catalog.refresh.health import read_health
from checker.catalog.refresh.refreshed import refresh
from checker.catalog.refresh.statements import SourceKind, StatedRow
from checker.errors import UsageError
from checker.model.lifecycle import Catalog, LifecycleRow, Model, SourceDay
from checker.model.stages import stage_on

DAY = date(2026, 11, 24)
MODEL = "anthropic.sigma-v1:0"
ARN = f"arn:aws:bedrock:us-east-1::foundation-model/{MODEL}"


class Client:
    """AWS Health with the given events: each a dictionary, a description, and the entities that it affects."""

    def __init__(self, *events: tuple[dict[str, Any], str, list[str]], error: str = "") -> None:
        self.known = {event["arn"]: (event, text, entities) for event, text, entities in events}
        self.error = error
        self.asked: list[str] = []

    def _page(self, items: list[Any], name: str, token: str | None) -> dict[str, Any]:
        """One item a page."""
        at = int(token or 0)
        more = {"nextToken": str(at + 1)} if at + 1 < len(items) else {}
        return {name: items[at : at + 1], **more}

    def describe_events(self, filter: dict[str, Any], nextToken: str | None = None) -> Any:  # noqa: A002, N803
        if self.error:
            import botocore.exceptions

            raise botocore.exceptions.ClientError({"Error": {"Code": self.error, "Message": "no"}}, "DescribeEvents")
        assert filter["services"] == ["BEDROCK"]
        return self._page([event for event, _, _ in self.known.values()], "events", nextToken)

    def describe_event_details(self, eventArns: list[str]) -> Any:  # noqa: N803
        assert len(eventArns) <= 10
        return {
            "successfulSet": [
                {"event": {"arn": arn}, "eventDescription": {"latestDescription": self.known[arn][1]}}
                for arn in eventArns
            ]
        }

    def describe_affected_entities(self, filter: dict[str, Any], nextToken: str | None = None) -> Any:  # noqa: A002, N803
        [arn] = filter["eventArns"]
        return self._page([{"entityValue": value} for value in self.known[arn][2]], "entities", nextToken)

    def describe_events_for_organization(self, filter: dict[str, Any], nextToken: str | None = None) -> Any:  # noqa: A002, N803
        self.asked.append("organization")
        return self.describe_events(filter, nextToken)

    def describe_affected_accounts_for_organization(self, eventArn: str) -> Any:  # noqa: N803
        return {"affectedAccounts": ["111122223333", "444455556666"]}

    def describe_event_details_for_organization(self, organizationEventDetailFilters: list[Any]) -> Any:  # noqa: N803
        return self.describe_event_details([each["eventArn"] for each in organizationEventDetailFilters])

    def describe_affected_entities_for_organization(
        self,
        organizationEntityFilters: list[Any],  # noqa: N803
        nextToken: str | None = None,  # noqa: N803
    ) -> Any:
        assert [each["awsAccountId"] for each in organizationEntityFilters] == ["111122223333", "444455556666"]
        return self.describe_affected_entities({"eventArns": [organizationEntityFilters[0]["eventArn"]]}, nextToken)


def event(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "arn": f"arn:aws:health:us-east-1::event/BEDROCK/AWS_BEDROCK_PLANNED_LIFECYCLE_EVENT/{number}",
        "service": "BEDROCK",
        "eventTypeCode": "AWS_BEDROCK_PLANNED_LIFECYCLE_EVENT",
        "eventTypeCategory": "scheduledChange",
        "region": "us-east-1",
        "startTime": datetime(2027, 4, 8, 7, tzinfo=UTC),
        **fields,
    }


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Any:
    def answer(client: Client) -> None:
        class Session:
            def client(self, service: str, **_: Any) -> Client:
                assert service == "health"
                return client

        monkeypatch.setattr(health, "aws_session", lambda **_: Session())

    return answer


@pytest.mark.parametrize(
    ("text", "entities", "row"),
    [
        (
            "Sigma became Legacy on October 8, 2026 and reaches end of life (EOL) on April 8, 2027.",
            [ARN],
            StatedRow(("us-east-1",), date(2026, 10, 8), None, date(2027, 4, 8)),
        ),
        # The text goes before the start of the event; without a day in it, that start is the day.
        ("Its EOL date is 2027-05-01.", [MODEL], StatedRow(("us-east-1",), None, None, date(2027, 5, 1))),
        (
            "It reaches its end-of-life soon.",
            [f"us.{MODEL}"],
            StatedRow(("us-east-1",), None, None, date(2027, 4, 8)),
        ),
        # Of the entities none is a model, but the text names one that ends, and another to move to.
        (
            f"The model {MODEL} reaches EOL on April 8, 2027. We recommend that you migrate to anthropic.tau-v2:0.",
            ["arn:aws:bedrock:us-east-1:111122223333:agent/ABC"],
            StatedRow(("us-east-1",), None, None, date(2027, 4, 8)),
        ),
    ],
)
@pytest.mark.parametrize("organization", [False, True])
def test_an_end_that_is_announced(
    answered: Any, organization: bool, text: str, entities: list[str], row: StatedRow
) -> None:
    client = Client((event(), text, entities))
    answered(client)
    reading = read_health(DAY, organization=organization)
    assert reading.notes == ()
    [statement] = reading.statements
    assert (statement.kind, statement.model, statement.rows) == (SourceKind.HEALTH, MODEL, (row,))
    assert statement.origin.source == "AWS Health, AWS_BEDROCK_PLANNED_LIFECYCLE_EVENT"
    assert bool(client.asked) == organization


@pytest.mark.parametrize(
    ("text", "entities", "fields", "words"),
    [
        ("Increased latency in us-east-1.", [], {}, "names no model"),
        (f"{MODEL} and anthropic.tau-v2:0 reach EOL on April 8, 2027.", [], {}, "names no model"),
        ("A new price.", [ARN], {"eventTypeCategory": "accountNotification"}, "on no day"),
        ("It is Legacy on May 1, 2027 and reaches EOL on April 8, 2027.", [ARN], {}, "is not before its EOL"),
        ("It reaches EOL on April 31, 2027.", [ARN], {}, "no calendar has"),
        ("It reaches EOL on April 8, 2027.", [ARN], {"region": "us-middle-9"}, "is not a Region"),
    ],
)
def test_what_is_no_such_event_is_a_note(
    answered: Any, text: str, entities: list[str], fields: dict[str, Any], words: str
) -> None:
    answered(Client((event(1, **fields), text, entities), (event(2), "It reaches EOL on April 8, 2027.", [ARN])))
    reading = read_health(DAY, organization=False)
    assert len(reading.statements) == 1
    assert reading.refusals == ()
    [note] = reading.notes
    assert words in note.reason


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("SubscriptionRequiredException", "support plan Business"),
        ("AccessDeniedException", "health:Describe"),
    ],
)
def test_an_account_that_is_not_answered_is_told_why(answered: Any, code: str, words: str) -> None:
    answered(Client(error=code))
    with pytest.raises(UsageError, match=words):
        read_health(DAY, organization=False)


def test_its_word_goes_before_that_of_pages(answered: Any) -> None:
    page = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle-legacy.html"
    row = LifecycleRow(("us-east-1",), None, None, date(2027, 3, 1), page, DAY)
    base = Catalog(DAY, "invented", (Model(MODEL, "Sigma", "Anthropic", rows=(row,)),))
    answered(Client((event(), "It reaches EOL on April 8, 2027.", [ARN])))
    new = refresh(base, Catalog(DAY, "none", ()), DAY, health=read_health(DAY, organization=False))
    assert stage_on(new.catalog.models[0], DAY, "us-east-1").eol_date == date(2027, 4, 8)
    assert len(new.contradictions) == 1
    assert new.catalog.read == (SourceDay("AWS Health", DAY),)
