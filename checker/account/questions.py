"""Asks an account about names that the code does not explain: each name once, several in one call where possible."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from checker.account.asking import ask, pages
from checker.account.names import models_behind, region_of
from checker.account.sessions import Account
from checker.aws import reason_of
from checker.model.answers import Answer, AnswerKind, Question

# DescribeParameters and GetParameters take this many names in one call.
_NAMES_AT_ONCE = 50
_VALUES_AT_ONCE = 10
_SECURE = "SecureString"
# Parameters that AWS publishes belong to no account, so no account lists them.
_PUBLISHED = "/aws/service/"
_PARAMETER_ARN = re.compile(r"arn:[a-z-]+:ssm:(?P<region>[a-z0-9-]+):\d*:parameter/(?P<name>.+)")
_SUFFIX = re.compile(r":[^:/]+$")


def answers_to(
    account: Account, questions: Collection[Question], regions: Sequence[str], day: date
) -> tuple[Answer, ...]:
    """An answer for each question and Region. `regions` are used where a question names none.

    If the account refuses, or does not have the name, the answer says so. `day` is the day on which it is asked.
    """
    by_region: dict[tuple[AnswerKind, str], list[str]] = {}
    answers = []
    for question in sorted(questions):
        where = _regions_of(question, regions)
        for region in where:
            by_region.setdefault((question.kind, region), []).append(question.name)
        if not where:
            refused = "its Region is not known; name it with --region"
            answers.append(Answer(question.kind, question.name, (), asked_on=day, refused=refused))
    ways = {AnswerKind.RESOURCE: _resources, AnswerKind.PARAMETER: _parameters, AnswerKind.EXPORT: _exports}
    for (kind, region), names in by_region.items():
        for name, said in ways[kind](account, region, names):
            values, refused = ((), said) if isinstance(said, str) else (said, "")
            answers.append(Answer(kind, name, values, region=region, account=account.id, asked_on=day, refused=refused))
    return tuple(answers)


# A name with its values (none for a secure string), or with the reason why there is no answer.
_Said = Iterator[tuple[str, tuple[str, ...] | str]]


def _regions_of(question: Question, regions: Sequence[str]) -> tuple[str, ...]:
    arn = _PARAMETER_ARN.fullmatch(question.name)
    own = arn["region"] if arn is not None else region_of(question.name)
    return (own,) if own else question.regions or tuple(regions)


def _resources(account: Account, region: str, names: Sequence[str]) -> _Said:
    for name in names:
        try:
            yield name, models_behind(account, name, region)
        # An answer that does not fit the API can make the library raise any error.
        except Exception as error:
            yield name, reason_of(error)


def _exports(account: Account, region: str, names: Sequence[str]) -> _Said:
    try:
        with account.client("cloudformation", region) as client:
            found = {
                each["Name"]: str(each["Value"])
                for page in pages(client, "ListExports", {})
                for each in page.get("Exports", ())
            }
    except Exception as error:
        yield from ((name, reason_of(error)) for name in names)
        return
    for name in names:
        yield name, (found[name],) if name in found else "no stack exports it"


def _parameters(account: Account, region: str, names: Sequence[str]) -> _Said:
    """The values of plain parameters. It reads the types first, so that it never asks for the value of a secure one."""
    wanted = {name: _spellings(name) for name in names}
    try:
        with account.client("ssm", region) as client:
            types = _types(client, wanted.values())
            values = _values(client, wanted.values(), types)
    except Exception as error:
        yield from ((name, reason_of(error)) for name in names)
        return
    for name, spellings in wanted.items():
        said = next((values[each] for each in spellings if each in values), None)
        if said is not None:
            yield name, (said,)
        elif any(types.get(_bare(each)) == _SECURE for each in spellings):
            yield name, ()
        else:
            yield name, "there is no such parameter"


def _types(client: Any, names: Iterable[Sequence[str]]) -> dict[str, str]:
    """The types of the parameters that exist, by name."""
    listed = [each for each in dict.fromkeys(map(_bare, _all(names))) if not each.startswith(_PUBLISHED)]
    types: dict[str, str] = {}
    for some in _parts(listed, _NAMES_AT_ONCE):
        named = [{"Key": "Name", "Option": "Equals", "Values": some}]
        for page in pages(client, "DescribeParameters", {"ParameterFilters": named}):
            types |= {each["Name"]: str(each["Type"]) for each in page.get("Parameters", ())}
    return types


def _values(client: Any, names: Iterable[Sequence[str]], types: Mapping[str, str]) -> dict[str, str]:
    """The values of the plain parameters, by their names as asked, with a version or a label."""
    plain = [
        each
        for each in dict.fromkeys(_all(names))
        if each.startswith(_PUBLISHED) or types.get(_bare(each), _SECURE) != _SECURE
    ]
    values: dict[str, str] = {}
    for some in _parts(plain, _VALUES_AT_ONCE):
        answer = ask(client, "GetParameters", {"Names": some, "WithDecryption": False})
        for each in answer.get("Parameters", ()):
            if each.get("Type") != _SECURE:
                values[each["Name"] + (each.get("Selector") or "")] = str(each["Value"])
    return values


def _spellings(name: str) -> tuple[str, ...]:
    """The names that a parameter may have: an ARN does not show whether its name begins with a slash."""
    arn = _PARAMETER_ARN.fullmatch(name)
    return (name,) if arn is None else (f"/{arn['name']}", arn["name"])


def _bare(name: str) -> str:
    """The name without a version or a label."""
    return _SUFFIX.sub("", name)


def _all(groups: Iterable[Iterable[str]]) -> Iterator[str]:
    for group in groups:
        yield from group


def _parts(items: Sequence[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])
