"""Runs a refresh of the catalog: from its options to its exit code."""

import sys
from datetime import date
from pathlib import Path

from checker.catalog import load_bundled, load_file, select_catalog
from checker.catalog.compare import compare
from checker.catalog.lookup import with_replacements
from checker.catalog.published import take_catalog
from checker.catalog.refresh.api import list_models
from checker.catalog.refresh.documents import USER_GUIDE, Documents, fetch_pages, read_folder
from checker.catalog.refresh.health import read_health
from checker.catalog.refresh.refreshed import Refreshed, cross_check, refresh
from checker.catalog.store import cache_file, write_catalog
from checker.cli.exit_codes import ExitCode
from checker.cli.output import write_to_standard_output
from checker.cli.runs import today
from checker.cli.terminal import Progress, tell
from checker.errors import UsageError
from checker.immutable import immutable
from checker.model.lifecycle import Catalog
from checker.model.regions import REGIONS
from checker.report.models import as_text, printable_line
from checker.source.validation import did_you_mean
from checker.wording import counted


@immutable
class RefreshRequest:
    """The options of a refresh."""

    from_api: bool
    from_docs: bool
    from_health: bool
    organization: bool
    cross_checks: tuple[str, ...]
    as_named: bool
    regions: tuple[str, ...]
    pages: Path | None
    read_on: date | None
    site: str | None
    output: Path | None
    catalog: Path | None
    quiet: bool


def run_refresh(request: RefreshRequest) -> ExitCode:
    """Writes the catalog; returns the exit code. Raises UsageError if that fails; the old catalog then stays."""
    _check(request)
    target = request.output or cache_file()
    base = _base(request)
    try:
        return _refresh(request, base, target)
    except UsageError as error:
        stays = f"{target} stays as it was" if target.exists() else "nothing was written"
        raise UsageError(f"the refresh failed: {error}\n{stays}; the data in use is of {base.as_of}.") from error


def _check(request: RefreshRequest) -> None:
    for region in request.regions:
        if region not in REGIONS:
            raise UsageError(f"--regions: {region!r} is not a Region{did_you_mean(region, REGIONS)}")
    if request.regions and not request.from_api:
        raise UsageError("--regions is for --from api: the documentation covers every Region")
    for name, value in (("--pages", request.pages), ("--docs-url", request.site)):
        if value is not None and not request.from_docs:
            raise UsageError(f"{name} is for --from docs")
    if request.organization and not request.from_health:
        raise UsageError("--organization is for --from health")
    if request.pages is not None and request.site is not None:
        raise UsageError("--pages and --docs-url contradict each other; choose one")
    if request.pages is not None and request.read_on is None:
        raise UsageError("--pages needs --read-on: the day on which the pages were saved decides what is announced")
    if request.read_on is not None and request.pages is None:
        raise UsageError("--read-on is for --pages: what is fetched is read today")
    if request.read_on is not None and request.read_on > today():
        raise UsageError(f"--read-on: {request.read_on} is in the future")


def _base(request: RefreshRequest) -> Catalog:
    return _in_use() if request.catalog is None else load_file(request.catalog)


def _in_use() -> Catalog:
    """The catalog in use. A damaged one in the cache must not prevent its replacement."""
    try:
        return select_catalog().catalog
    except UsageError as error:
        tell(f"{error}\nThe refresh starts from the bundled catalog.")
        return load_bundled()


def _refresh(request: RefreshRequest, base: Catalog, target: Path) -> ExitCode:
    day = today()
    documents = listings = health = None
    checks = tuple(map(cross_check, request.cross_checks))
    unread: list[UsageError] = []
    with Progress(None if request.quiet else sys.stderr) as progress:
        if request.from_docs:
            try:
                documents = _documents(request, base, day, progress)
            except UsageError as error:
                unread.append(error)
        if request.from_api:
            try:
                listings = list_models(request.regions, day, base, progress.step)
            except UsageError as error:
                unread.append(error)
        if request.from_health:
            try:
                health = read_health(day, organization=request.organization)
            except UsageError as error:
                unread.append(error)
    if documents is None and listings is None and health is None:
        raise unread[0]
    read_on = day if listings is not None or health is not None else request.read_on or day
    new = refresh(base, load_bundled(), read_on, listings, documents, health)
    catalog = new.catalog if request.as_named else with_replacements(new.catalog)
    write_catalog(target, catalog)
    lines = [as_text(compare(base, catalog)).rstrip("\n")] if not request.quiet else []
    lines += _account(new)
    lines += [f"not read: {error}; the old data stays" for error in unread]
    lines += [f"contradiction: {each}" for check in checks for each in check.contradictions(new.catalog)]
    if not request.quiet:
        whole = f", in part of {new.catalog.newest}" if new.catalog.newest > new.catalog.as_of else ""
        lines.append(f"{target}: {counted(len(new.catalog.models), 'model')}, data of {new.catalog.as_of}{whole}")
    if lines:
        text = "\n".join(lines)
        write_to_standard_output("".join(f"{printable_line(line)}\n" for line in text.split("\n")))
    is_whole = not (unread or new.failures or new.refusals)
    return ExitCode.OK if is_whole else ExitCode.INCOMPLETE


def run_update(source: str, digest: str | None, output: Path | None) -> None:
    """Adopts a published catalog if it is newer than the one in use. Raises UsageError if that fails."""
    target = output or cache_file()
    used = load_file(output) if output is not None and output.exists() else _in_use()
    new = take_catalog(source, digest)
    if (new.as_of, new.newest) <= (used.as_of, used.newest):
        tell(f"{source}: its data is of {new.as_of}, which is not newer than the data in use, of {used.as_of}")
        return
    write_catalog(target, new)
    write_to_standard_output(as_text(compare(used, new)))
    tell(f"{target}: {counted(len(new.models), 'model')}, data of {new.as_of}")


def _documents(request: RefreshRequest, base: Catalog, day: date, progress: Progress) -> Documents:
    if request.pages is not None:
        return read_folder(request.pages, request.read_on or day, base)
    site = request.site or USER_GUIDE
    return fetch_pages(site if site.endswith("/") else f"{site}/", day, base, progress.step)


def _account(new: Refreshed) -> list[str]:
    lines = [f"no longer listed: {model} in {', '.join(regions)}" for model, regions in new.gone]
    lines += [f"contradiction: {each}" for each in new.contradictions]
    lines += [f"note: {each}" for each in new.notes]
    lines += [f"refused: {each}" for each in new.refusals]
    lines += [f"not read: {each.region}: {each.reason}; its old data stays" for each in new.failures]
    return lines
