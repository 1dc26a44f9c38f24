"""Offers the edits of `fix` as code actions."""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple

from lsprotocol import types

from checker.fix import Asked
from checker.fix.replacements import GOING, Wanted
from checker.lsp.session import Answer, Session
from checker.lsp.texts import Texts
from checker.model.finding import Edit, Finding, Mending

FIX_ALL = "source.fixAll.bedrock-eol"
_FIX_ALL_OF_ANY = ("source", "source.fixAll", FIX_ALL)


class Lines(NamedTuple):
    """Some lines (one-based, both included) of a file."""

    file: str
    first: int
    last: int

    def has(self, file: str, line: int) -> bool:
        """Whether the lines include a line of a file."""
        return file == self.file and self.first <= line <= self.last


class Chosen(NamedTuple):
    """The model to write on a line (one-based) of a file, instead of another one."""

    uri: str
    file: str
    line: int
    model: str
    to: str


def code_actions(
    session: Session, answer: Answer, lines: Lines, context: types.CodeActionContext, texts: Texts
) -> list[types.CodeAction]:
    """The actions that mend the findings on some lines, or, if the editor asks for that kind, in the whole file."""
    if answer.broken:
        # The effect of an edit is not known while the text cannot be parsed.
        return []
    only = tuple(each.value if isinstance(each, Enum) else each for each in context.only or ())
    if any(kind in _FIX_ALL_OF_ANY for kind in only):
        mending = session.mending(answer, Asked())
        edits = [edit for edit in mending.edits if edit.location.file == lines.file]
        if not edits:
            return []
        title = "Replace all models that are ending in this file"
        return [types.CodeAction(title, kind=FIX_ALL, edit=_workspace_edit(edits, texts))]
    if only and not any(types.CodeActionKind.QuickFix.value.startswith(kind) for kind in only):
        return []
    findings = [finding for finding in answer.survey.scan.open_findings if _is_mendable(finding, lines)]
    if not findings:
        return []
    mending = session.mending(answer, Asked(only=tuple(sorted({finding.model or "" for finding in findings}))))
    return [*_replacements(mending, lines, context.diagnostics, texts), *_refusals(mending, lines)]


def chosen_of(action: types.CodeAction) -> Chosen | None:
    """The model to write with a code action that has no edit yet; None for any other action."""
    return Chosen(**action.data) if isinstance(action.data, dict) else None


def edit_of(chosen: Chosen, session: Session, answer: Answer, texts: Texts) -> types.WorkspaceEdit:
    """The edit that writes the chosen model, with the grants that it needs."""
    mending = session.mending(answer, Asked(wanted=Wanted(to=chosen.to), only=(chosen.model,)))
    return _workspace_edit(_of_lines(mending, Lines(chosen.file, chosen.line, chosen.line)), texts)


def _is_mendable(finding: Finding, lines: Lines) -> bool:
    location = finding.written_at
    return location is not None and finding.check in GOING and lines.has(location.file, location.line)


def _replacements(
    mending: Mending, lines: Lines, diagnostics: Iterable[types.Diagnostic], texts: Texts
) -> Iterator[types.CodeAction]:
    for edit in mending.edits:
        if edit.is_grant or not lines.has(edit.location.file, edit.location.line):
            continue
        own = [each for each in diagnostics if isinstance(each.data, dict) and _mends(edit, each.data)]
        location = edit.location
        edits = _of_lines(mending, Lines(location.file, location.line, location.line))
        and_grant = ", and grant it" if len(edits) > 1 else ""
        yield types.CodeAction(
            f"Replace with {edit.after}{and_grant}",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=own or None,
            is_preferred=True,
            edit=_workspace_edit(edits, texts),
        )
        for other in edit.others:
            yield types.CodeAction(
                f"Replace with {other}",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=own or None,
                data=Chosen(texts.uri(location.file), location.file, location.line, edit.model, other)._asdict(),
            )


def _mends(edit: Edit, data: dict[str, object]) -> bool:
    fingerprints = data.get("fingerprints")
    return isinstance(fingerprints, list) and not set(edit.findings).isdisjoint(fingerprints)


def _of_lines(mending: Mending, lines: Lines) -> list[Edit]:
    """The edits of the lines, then the grants that these edits need."""
    edits = [edit for edit in mending.edits if not edit.is_grant and lines.has(edit.location.file, edit.location.line)]
    needed = {(edit.model, edit.replacement) for edit in edits}
    return edits + [edit for edit in mending.edits if edit.is_grant and (edit.model, edit.replacement) in needed]


def _refusals(mending: Mending, lines: Lines) -> Iterator[types.CodeAction]:
    for refusal in mending.refusals:
        if refusal.location is not None and lines.has(refusal.location.file, refusal.location.line):
            yield types.CodeAction(
                f"Replace {refusal.model}",
                kind=types.CodeActionKind.QuickFix,
                disabled=types.CodeActionDisabled(f"{refusal.reason} {refusal.advice}"),
            )


def _workspace_edit(edits: Iterable[Edit], texts: Texts) -> types.WorkspaceEdit:
    changes: dict[str, list[types.TextEdit]] = {}
    for edit in edits:
        location, start = edit.location, edit.location.column - 1
        span = texts.span(location.file, location.line, start, start + len(edit.before))
        changes.setdefault(texts.uri(location.file), []).append(types.TextEdit(span, edit.after))
    return types.WorkspaceEdit(changes=changes)
