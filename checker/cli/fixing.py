"""The command `fix`: writes a diff to standard output, or files; everything else goes to standard error."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import typer

from checker.catalog.lookup import CatalogIndex
from checker.cli.exit_codes import ExitCode
from checker.cli.options import RunOptions
from checker.cli.output import write_to_standard_output
from checker.cli.terminal import tell
from checker.errors import ParseError, ReadError, UsageError
from checker.fix import Asked, Mender, Outcome, Proposal, Request
from checker.fix.hunks import Hunk, hunks, unified_diff
from checker.fix.replacements import Wanted
from checker.model.finding import Edit, Refusal
from checker.model.scan import Scan
from checker.report.escaping import printable
from checker.source import MappingNode, ScalarNode
from checker.source.files import Boundary, SourceFiles, is_work_tree
from checker.source.yaml import parse_yaml
from checker.wording import counted, first_listed
from checker.workspace.git import Git, GitError

_LARGEST_MAP = 1 << 20


def fix(request: Request, options: RunOptions, on_input: Callable[[str, int, int], None]) -> ExitCode:
    """Shows or writes the edits; returns the exit code."""
    if options.write and options.interactive:
        raise UsageError("--write and --interactive contradict each other; choose one")
    if options.interactive and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("--interactive asks in a terminal; use --write, or print the diff")
    found = request.survey(on_input=on_input)
    wanted = _wanted(options, found.index, request.cwd)
    asked = Asked(
        wanted=wanted,
        only=tuple(options.only or ()),
        grants=not options.no_grants,
        allow_replacement=options.allow_replacement,
    )
    mender = Mender(request, found)
    proposal = mender.proposal(asked)
    changes = hunks(proposal.contents, proposal.mending.edits)
    if options.interactive:
        changes = _chosen(proposal, changes)
    left: Sequence[object] = [each for each in proposal.mending.refusals if not each.is_text]
    if options.write or options.interactive:
        edits = [edit for hunk in changes for edit in hunk.edits]
        if (mixed := _uncommitted(proposal, request)) and not options.quiet:
            _say(f"{first_listed(mixed)} had changes that are not committed; the edits are added to them.")
        outcome = mender.write(proposal, edits)
        _tell_written(outcome)
        left = (*left, *outcome.left_alone, *outcome.surprises)
        left = (*left, *(edit for edit in proposal.mending.edits if edit not in outcome.written))
        told = outcome.written
    else:
        write_to_standard_output(unified_diff(proposal.contents, changes))
        told = proposal.mending.edits
        left = (*left, *told)
    if not options.quiet:
        _tell(proposal, told, options)
    _tell_incomplete(found.scan)
    if left:
        return ExitCode.FINDINGS
    return ExitCode.INCOMPLETE if found.scan.incomplete else ExitCode.OK


def _say(message: str) -> None:
    """Prints a message on one line, whatever names it contains."""
    tell(printable(message))


def _wanted(options: RunOptions, index: CatalogIndex, cwd: Path) -> Wanted:
    """The models that the user requests. Raises UsageError for unknown ones."""
    if options.to is not None and options.map is not None:
        raise UsageError("--to and --map contradict each other; choose one")
    by_id = {} if options.map is None else _read_map(options.map, index, cwd)
    if options.to is not None:
        _check_known("--to", options.to, index)
    return Wanted(options.to, by_id)


def _read_map(file: Path, index: CatalogIndex, cwd: Path) -> Mapping[str, str]:
    reader = SourceFiles(Boundary(None, allow_outside=True), cwd)
    shown = reader.display(file)
    try:
        documents = parse_yaml(reader.read_text(file, _LARGEST_MAP), shown)
    except (ReadError, ParseError) as error:
        raise UsageError(f"--map {error}") from error
    if len(documents) != 1 or not isinstance(documents[0], MappingNode):
        raise UsageError(f"--map {shown}: write a mapping, a line for each id, such as `old-id: new-id`")
    found: dict[str, str] = {}
    for key, value in documents[0].entries:
        if not (isinstance(value, ScalarNode) and isinstance(value.value, str)):
            raise UsageError(f"--map {value.location}: the new id must be a string")
        for node in (key, value):
            _check_known(f"--map {node.location}:", str(node.value), index)
        found[str(key.value)] = value.value
    return found


def _check_known(where: str, identifier: str, index: CatalogIndex) -> None:
    if not index.knows(identifier):
        alike = index.suggest(identifier)
        hint = f"; did you mean {' or '.join(alike)}?" if alike else ""
        raise UsageError(f"{where} the catalog knows no model {identifier!r}{hint}")


def _chosen(proposal: Proposal, changes: Sequence[Hunk]) -> tuple[Hunk, ...]:
    """The hunks that the user accepts."""
    taken: list[Hunk] = []
    for number, hunk in enumerate(changes):
        write_to_standard_output(unified_diff(proposal.contents, (hunk,)))
        answer = _ask(number + 1, len(changes))
        if answer == "q":
            break
        if answer == "a":
            return (*taken, *changes[number:])
        if answer == "y":
            taken.append(hunk)
    return tuple(taken)


def _ask(number: int, total: int) -> str:
    while True:
        answer: str = typer.prompt(f"({number}/{total}) Make this edit? [y]es, [n]o, [a]ll, [q]uit", default="n")
        if answer[:1].lower() in ("y", "n", "a", "q"):
            return answer[:1].lower()


def _tell_incomplete(scan: Scan) -> None:
    """Says what could not be read: there may be more to mend."""
    problems = [problem for problem in scan.problems if problem.incomplete]
    if problems:
        first, *others = problems
        more = f" and {counted(len(others), 'more problem')}" if others else ""
        where = first.file if first.line is None else first.location
        message = f"{where}: {first.message.rstrip('.')}{more}"
        _say(f"There may be more to mend: {message}. `bedrock-eol check` says what to do.")


def _tell(proposal: Proposal, edits: Sequence[Edit], options: RunOptions) -> None:
    """Describes the edits, and what is left."""
    if not any(proposal.mending):
        of = f" for --only {' --only '.join(options.only)}" if options.only else ""
        _say(f"Nothing to mend{of}.")
    moves: dict[tuple[str, str], list[Edit]] = {}
    for edit in edits:
        if not edit.is_grant:
            names = _whole(edit.before, edit.model), _whole(edit.after, edit.replacement)
            moves.setdefault(names, []).append(edit)
    for (old, new), alike in moves.items():
        others = list(dict.fromkeys(other for edit in alike for other in edit.others))
        also = f" {first_listed(others)} would do, too." if others else ""
        more = "".join(f" {remark}" for remark in dict.fromkeys(each for edit in alike for each in edit.remarks))
        _say(f"{old} -> {new} ({counted(len(alike), 'place')}).{also}{more}")
    for remark in dict.fromkeys(remark for edit in edits if edit.is_grant for remark in edit.remarks):
        _say(remark)
    _tell_refusals(proposal.mending.refusals)


def _whole(part: str, identifier: str) -> str:
    """An id as it is written, with its geography; the id of the model if only a part of it is written there."""
    return part if part.endswith(f".{identifier}") else identifier


def _tell_refusals(refusals: Sequence[Refusal]) -> None:
    """Prints the refusals, grouped by model and reason."""
    alike: dict[tuple[str, ...], list[Refusal]] = {}
    for each in refusals:
        alike.setdefault((each.model, each.reason, each.advice), []).append(each)
    for (model, reason, advice), group in alike.items():
        locations = [str(each.location) for each in group if each.location is not None]
        more = f" and {counted(len(locations) - 1, 'more place')}" if len(locations) > 1 else ""
        _say(
            f"{locations[0]}{more}: {model} is left. {reason} {advice}"
            if locations
            else f"{model} is left. {reason} {advice}"
        )


def _tell_written(outcome: Outcome) -> None:
    files = list(dict.fromkeys(edit.location.file for edit in outcome.written))
    if files:
        _say(f"Wrote {counted(len(outcome.written), 'edit')} to {counted(len(files), 'file')}: {', '.join(files)}.")
    for surprise in outcome.surprises:
        _say(f"All files were put back. {surprise}")
    for file, reason in outcome.left_alone:
        _say(f"{file} is left alone: {reason}.")


def _uncommitted(proposal: Proposal, request: Request) -> tuple[str, ...]:
    """The files to edit with uncommitted changes."""
    found: list[str] = []
    for root in filter(is_work_tree, request.roots):
        paths = {Path(os.path.realpath(request.cwd / file)): file for file in proposal.contents}
        inside = {path: proposal.contents[file] for path, file in paths.items() if path.is_relative_to(root)}
        try:
            found += (paths[path] for path in Git(root).uncommitted(inside))
        except GitError as error:
            _say(f"Whether the files have changes that are not committed cannot be told: {error}")
    return tuple(sorted(found))
