"""Reads AWS's lifecycle pages and model cards, from their addresses or from a folder of saved pages."""

import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from checker.catalog.refresh.lifecycle_page import leads_to_legacy_page, read_lifecycle_page
from checker.catalog.refresh.model_card import read_model_card
from checker.catalog.refresh.pages import Page, PageError, plain_name, read_html, read_markdown
from checker.catalog.refresh.statements import Reading, Refusal, Statement
from checker.errors import UsageError
from checker.model.lifecycle import Catalog, Origin

USER_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide/"

_LIFECYCLE = ("model-lifecycle.html", "model-lifecycle-legacy.html")
_CARD = "model-card-"
_CARD_LIST = "model-cards.html"
_SUFFIXES = {".html", ".htm", ".md", ".markdown", ".txt"}
_TIMEOUT_SECONDS = 30
_TRIES = 3
_AT_ONCE = 8
_LARGEST_PAGE = 20_000_000
# Pages that have lost more than this part of their former content are incomplete.
_LOST_AT_MOST = 1 / 3
_FEW_CARDS = 3
_FEW_ROWS = 5

Progress = Callable[[str, int, int], None]


class Document(NamedTuple):
    """A page as text. `address` is AWS's, if it is known; messages use `shown`."""

    shown: str
    address: str
    text: str


class Documents(NamedTuple):
    """The result of reading pages.

    `is_whole`: a lifecycle page was read and has nearly all of its former content, so that AWS's dates as a whole are
    current. `cards` are the addresses of the model cards that were read.
    """

    reading: Reading
    pages: int
    is_whole: bool
    cards: frozenset[str]


def read_folder(folder: Path, read_on: date, catalog: Catalog) -> Documents:
    """The statements of the pages in a folder. Raises UsageError if no page tells anything about a model."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: this is not a folder of saved pages")
    documents: list[Document] = []
    refusals: list[Refusal] = []
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() not in _SUFFIXES or not file.is_file():
            continue
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            refusals.append(Refusal(str(file), "", f"it cannot be read: {error}"))
            continue
        documents.append(Document(str(file), _address_of(file.stem), text))
    if not documents and not refusals:
        raise UsageError(f"{folder}: there is no saved page (.html, .md) in it")
    return _read(documents, refusals, read_on, catalog)


def fetch_pages(base: str, read_on: date, catalog: Catalog, progress: Progress) -> Documents:
    """The statements of the pages below the address `base`: the lifecycle pages, and the cards that they or the catalog
    name.
    """
    documents: list[Document] = []
    refusals: list[Refusal] = []
    try:
        lifecycle = [urljoin(base, name) for name in _LIFECYCLE]
    except ValueError:
        raise UsageError(f"{base}: this is not an address") from None
    _sort_out(_fetch_all(lifecycle, progress), documents, refusals)
    names = {source.rpartition("/")[2] for model in catalog.models for source in model.sources if f"/{_CARD}" in source}
    # The page that lists all cards is read only for its links, since they lead to new models.
    listing = _fetch(urljoin(base, _CARD_LIST)) if documents else None
    for document in [*documents, *([listing] if isinstance(listing, Document) else [])]:
        names |= {name for name in map(_name_of, _links(document)) if name.startswith(_CARD)}
    missing: list[Refusal] = []
    _sort_out(_fetch_all([urljoin(base, name) for name in sorted(names)], progress), documents, missing)
    if not documents:
        raise UsageError(f"no page could be read; the first: {refusals[0]}")
    # An unreadable card concerns that card only; if many are unreadable, the cards were not read.
    if len(missing) > _FEW_CARDS and len(missing) > len(names) * _LOST_AT_MOST:
        refusals.append(Refusal(base, "", f"{len(missing)} of {len(names)} model cards cannot be read"))
    return _read(documents, refusals, read_on, catalog, missing)


def _sort_out(found: Iterable[Document | Refusal], documents: list[Document], refusals: list[Refusal]) -> None:
    for each in found:
        match each:
            case Document():
                documents.append(each)
            case Refusal():
                refusals.append(each)


def _read(
    documents: Iterable[Document],
    refusals: list[Refusal],
    read_on: date,
    catalog: Catalog,
    notes: Iterable[Refusal] = (),
) -> Documents:
    reader = _Reader(catalog, read_on)
    for document in documents:
        reader.read(document)
    lifecycle, cards = reader.lifecycle, reader.cards
    refusals += [*lifecycle.refusals, *reader.others]
    if not lifecycle.statements:
        only = " (a page with the policy alone was read; the page that it leads to is needed)" if reader.policy else ""
        reason = f"no lifecycle page with dates could be read{only}"
        if not cards.statements or reader.policy:
            raise UsageError(f"{reason}: {refusals[0]}" if refusals else reason)
    lost = _lost(lifecycle.statements, catalog, read_on) if lifecycle.statements else ""
    if lost:
        refusals.append(Refusal(_LIFECYCLE[-1], "", lost))
    return Documents(
        Reading((*lifecycle.statements, *cards.statements), tuple(refusals), (*notes, *cards.notes)),
        reader.pages,
        is_whole=bool(lifecycle.statements) and not lost and len(lifecycle.refusals) <= len(lifecycle.statements),
        cards=frozenset(each.origin.source for each in cards.statements),
    )


def _lost(statements: Iterable[Statement], catalog: Catalog, day: date) -> str:
    """Why the lifecycle page is incomplete; empty if it is complete."""
    there = {statement.model for statement in statements}
    awaited = {
        model.id
        for model in catalog.models
        for row in model.rows
        if "/model-lifecycle" in row.source and row.eol_date is not None and row.eol_date > day
    }
    lost = awaited - there
    if len(awaited) >= _FEW_ROWS and len(lost) > len(awaited) * _LOST_AT_MOST:
        return f"it lacks {len(lost)} of the {len(awaited)} models whose EOL dates it had and are to come"
    return ""


class _Reader:
    """Reads pages one by one: their statements, and what is refused in lifecycle pages, cards and others."""

    def __init__(self, catalog: Catalog, read_on: date) -> None:
        self._read_on = read_on
        self._by_name: dict[str, list[str]] = {}
        self._by_card: dict[str, list[str]] = {}
        for model in catalog.models:
            for name in dict.fromkeys((plain_name(model.name), plain_name(f"{model.provider} {model.name}"))):
                self._by_name.setdefault(name, []).append(model.id)
            for source in model.sources:
                if f"/{_CARD}" in source:
                    self._by_card.setdefault(_name_of(source), []).append(model.id)
        self.pages = 0
        self.policy = False
        self.lifecycle = Reading((), ())
        self.cards = Reading((), ())
        self.others: list[Refusal] = []

    def read(self, document: Document) -> None:
        is_card = _name_of(document.address).startswith(_CARD)
        try:
            page = _page(document.text)
            address = page.address or document.address
            origin = Origin(address or document.shown, self._read_on)
            name = _name_of(address)
            is_card = name.startswith(_CARD)
            if is_card:
                self._add_card(read_model_card(page, origin, self._by_card.get(name, ())), document)
            elif name.startswith("model-lifecycle") or any("lifecycle" in each.lower() for each in page.headings):
                self._add_lifecycle(page, origin, document)
            else:
                raise PageError("it is neither a lifecycle page nor a model card")
        except PageError as error:
            refusal = Refusal(document.shown, "", str(error))
            if is_card:
                self.cards = self.cards._replace(notes=(*self.cards.notes, refusal))
            else:
                self.others.append(refusal)
            return
        self.pages += 1

    def _add_card(self, reading: Reading, document: Document) -> None:
        notes = tuple(note._replace(source=document.shown) for note in reading.notes)
        self.cards = Reading((*self.cards.statements, *reading.statements), (), (*self.cards.notes, *notes))

    def _add_lifecycle(self, page: Page, origin: Origin, document: Document) -> None:
        reading = read_lifecycle_page(page, origin, lambda text: self._by_name.get(plain_name(text), ()))
        refusals = (refusal._replace(source=document.shown) for refusal in reading.refusals)
        self.lifecycle = Reading(
            (*self.lifecycle.statements, *reading.statements), (*self.lifecycle.refusals, *refusals)
        )
        self.policy |= leads_to_legacy_page(page) is not None and not reading.statements


def _page(text: str) -> Page:
    """The text as HTML if it looks like HTML, else as Markdown."""
    beginning = text.lstrip()[:2000].lower()
    is_html = beginning.startswith("<") or re.search(r"<(html|body|table|h1)\b", beginning) is not None
    return read_html(text) if is_html else read_markdown(text)


def _links(document: Document) -> tuple[str, ...]:
    try:
        return _page(document.text).links
    except PageError:
        # The reader refuses it, with the reason.
        return ()


def _name_of(address: str) -> str:
    """The last part of an address, as the name of its HTML page; empty if it is no address."""
    try:
        name = urlsplit(address).path.rpartition("/")[2]
    except ValueError:
        return ""
    return re.sub(r"\.(md|markdown|htm|html)$", ".html", name)


def _address_of(stem: str) -> str:
    """AWS's address of a saved page, if its name tells it."""
    return f"{USER_GUIDE}{stem}.html" if re.fullmatch(r"model-(lifecycle(-legacy)?|card-[a-z0-9.-]+)", stem) else ""


def _fetch_all(addresses: list[str], progress: Progress) -> Iterator[Document | Refusal]:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for number, (address, found) in enumerate(zip(addresses, pool.map(_fetch, addresses), strict=True), 1):
            progress(_name_of(address), number, len(addresses))
            yield found


def _fetch(address: str) -> Document | Refusal:
    if urlsplit(address).scheme not in ("https", "http"):
        return Refusal(address, "", "only http and https addresses are read")
    reason = ""
    for _ in range(_TRIES):
        try:
            request = urllib.request.Request(address, headers={"User-Agent": "bedrock-eol", "Accept-Language": "en"})
            with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:
                content = answer.read(_LARGEST_PAGE + 1)
                final = answer.geturl()
        except urllib.error.HTTPError as error:
            reason = f"the server answered {error.code} {error.reason}"
            if error.code < 500 and error.code != 429:
                break
            continue
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = f"it cannot be reached: {getattr(error, 'reason', error)}"
            continue
        if len(content) > _LARGEST_PAGE:
            return Refusal(address, "", "it is too large for a page")
        try:
            return Document(address, final, content.decode("utf-8"))
        except UnicodeDecodeError:
            return Refusal(address, "", "it is not UTF-8 text")
    return Refusal(address, "", reason)
