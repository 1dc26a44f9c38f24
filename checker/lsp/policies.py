"""Serves policies in an editor: their faults, the words that their keys take, and what checks and rules mean."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lsprotocol import types

from checker.lsp.session import Session
from checker.lsp.texts import Texts
from checker.model.policy import Policy, Severity
from checker.policy.checks import CHECKS
from checker.policy.load import InvalidPolicyError, is_policy_file, load_policy, pack_names
from checker.policy.page import check_page
from checker.policy.scope import SCOPE_KEYS
from checker.policy.waivers import misnamed_models
from checker.report.escaping import prose
from checker.source import Fault, Location

_VERSION = re.compile(r"""(?m)(?:^|[{,])\s*["']?version["']?\s*:\s*1\b""")
_SECTION = re.compile(r"""(?m)(?:^|[{,])\s*["']?(?:rules|waivers|extends)["']?\s*:""")
# A key before the cursor with the typed part of its value, and the typed part of a list entry.
_VALUE = re.compile(r"""(?:^\s*(?:-\s+)?|[{,]\s*)["']?(?P<key>[\w-]+)["']?\s*:\s*\[?(?:[^\],]*,\s*)*["']?[\w.:*-]*\Z""")
_ENTRY = re.compile(r"""^(?P<indent>\s*)-\s+["']?[\w.:*-]*\Z""")
_KEY = re.compile(r"""^(?P<indent>\s*)(?:-\s+)?["']?(?P<key>[\w-]+)["']?\s*:\s*(?:#.*)?$""")
_CHARACTER = re.compile(r"[\w.:*-]")


class _Word(NamedTuple):
    """A value that a key takes, and its meaning."""

    text: str
    meaning: str = ""


def is_policy(path: Path, text: str) -> bool:
    """Whether a file is a policy, by its name and its keys."""
    return is_policy_file(path.name) and _VERSION.search(text) is not None and _SECTION.search(text) is not None


def faults_of(path: Path, session: Session) -> tuple[Fault, ...]:
    """The faults in a policy. Faults in policies that it extends are left out: those files show them."""
    try:
        policy = _loaded(path, session)
    except InvalidPolicyError as error:
        faults = error.faults
    else:
        index = session.configured.index
        named = misnamed_models(policy, tuple(index.ids()), index.suggest, index.knows)
        faults = (*named.errors, *(Fault(each.location, each.message) for each in named.problems))
    shown = session.shown(path)
    return tuple(fault for fault in faults if fault.location is None or fault.location.file == shown)


def _loaded(path: Path, session: Session) -> Policy:
    return load_policy(session.shown(path), session.files)


def _loaded_or_packs(path: Path, session: Session) -> Policy:
    """The policy; all packs while it is not valid."""
    try:
        return _loaded(path, session)
    except InvalidPolicyError:
        return load_policy(pack_names(), session.files)


def words_at(location: Location, path: Path, session: Session, texts: Texts) -> list[types.CompletionItem]:
    """The words that the key at a location takes."""
    word = texts.around(location, _CHARACTER, _CHARACTER)
    key = _key(location, word.line[: location.column - 1], texts)
    span = texts.span(location.file, location.line, word.start, word.end)
    return [
        types.CompletionItem(
            label=each.text,
            kind=types.CompletionItemKind.EnumMember,
            detail=each.meaning or None,
            text_edit=types.TextEdit(span, each.text),
        )
        for each in (() if key is None else _words(key, path, session))
    ]


def _key(location: Location, before: str, texts: Texts) -> str | None:
    """The key whose value is being typed; for an entry of a list, the key of the list."""
    entry = _ENTRY.match(before)
    value = None if entry is not None else _VALUE.search(before)
    if entry is None:
        return None if value is None else value["key"]
    for number in range(location.line - 1, 0, -1):
        found = _KEY.match(texts.line(location.file, number))
        if found is not None and len(found["indent"]) <= len(entry["indent"]):
            return found["key"]
    return None


def _words(key: str, path: Path, session: Session) -> Iterator[_Word]:
    match key:
        case "check":
            yield from (_Word(name, check_page(name).summary) for name in CHECKS)
        case "severity" | "to":
            yield from (_Word(str(severity)) for severity in sorted(Severity, reverse=True))
        case "extends":
            yield from (_Word(name, "pack") for name in pack_names())
        case "rule":
            yield from map(_Word, sorted(_loaded_or_packs(path, session).known_rules))
        case "model" | "models" | "allow" | "deny":
            yield from (_Word(model.id, model.name) for model in session.configured.index.catalog.models)
        case _:
            for plural, singular, schema, _ in SCOPE_KEYS:
                if key in (plural, singular):
                    yield from map(_Word, schema.get("enum", ()))


def explained(location: Location, path: Path, session: Session, texts: Texts) -> types.Hover | None:
    """The hover for the check or the rule at a location: what it finds, and how to fix it."""
    word = texts.around(location, _CHARACTER, _CHARACTER).text
    rules = {rule.id: rule.check for rule in _loaded_or_packs(path, session).rules}
    check = word if word in CHECKS else rules.get(word)
    if check is None:
        return None
    page = check_page(check)
    parts = (f"**{prose(word)}**: {prose(page.summary)}", prose(page.finds), f"How to fix: {prose(page.fix)}")
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n\n".join(parts)))
