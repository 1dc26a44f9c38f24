"""Model cards in the shapes that they have had, and pages from folders and addresses."""

import re
import socketserver
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from checker.catalog.refresh.documents import fetch_pages, read_folder
from checker.catalog.refresh.model_card import read_model_card
from checker.catalog.refresh.pages import PageError, read_html, read_markdown
from checker.catalog.refresh.statements import SourceKind, StatedRow, Statement
from checker.errors import UsageError
from checker.model.lifecycle import Catalog, LifecycleRow, Model, Notice, Origin

READ_ON = date(2026, 11, 24)
CARD = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-card-meta-omicron.html"
ORIGIN = Origin(CARD, READ_ON)
NEWEST = """
# Omicron 70B

+ **Model launch date:** Dec 06, 2024
+ **EOL no sooner than:** Dec 06, 2025
+ **Legacy period:** at least 6 months
+ **Model lifecycle policy:** [Model lifecycle (For Models Launched Prior to Sept 7 2026)](model-lifecycle-legacy.md)
+ **Model EOL date:** March 30, 2027
+ **End User License Agreements and Terms of Use:** [View](https://example.com/omicron-1/LICENSE)
+ **Model lifecycle:** Legacy
"""


def card(text: str) -> Statement:
    reading = read_model_card(read_markdown(text), ORIGIN, ["meta.omicron-v1:0"])
    assert (reading.refusals, reading.notes) == ((), ())
    [statement] = reading.statements
    return statement


def test_the_newest_layout() -> None:
    statement = card(NEWEST)
    assert statement.kind is SourceKind.MODEL_CARD
    assert (statement.model, statement.name) == ("meta.omicron-v1:0", "Omicron 70B")
    assert statement.launch_date == date(2024, 12, 6)
    assert statement.eol_no_sooner_than == date(2025, 12, 6)
    assert statement.legacy_notice == Notice(6, "months")
    assert statement.rows == (StatedRow((), eol_date=date(2027, 3, 30)),)


@pytest.mark.parametrize(
    ("line", "eol", "floor"),
    [
        ("September 14, 2026", date(2026, 9, 14), None),
        ("Legacy: July 7, 2026", date(2026, 7, 7), None),
        ("No sooner than 10/1/2026", None, date(2026, 10, 1)),
        ("N/A", None, None),
        ("—", None, None),
        ("Apr 28, 2025", date(2025, 4, 28), None),
    ],
)
def test_the_line_of_the_eol_date(line: str, eol: date | None, floor: date | None) -> None:
    statement = card(f"# Omicron\n- **Model EOL date:** {line}\n")
    assert [row.eol_date for row in statement.rows] == ([] if eol is None else [eol])
    assert statement.eol_no_sooner_than == floor


def test_of_two_promises_the_earlier_holds_and_one_beyond_the_end_does_not() -> None:
    text = "# Omicron\n- **EOL no sooner than:** Oct 16, 2026\n- **Model EOL date:** No sooner than 10/1/2026\n"
    assert card(text).eol_no_sooner_than == date(2026, 10, 1)
    text = "# Omicron\n- **EOL no sooner than:** Oct 31, 2026\n- **Model EOL date:** September 14, 2026\n"
    assert card(text).eol_no_sooner_than is None


def test_a_card_as_html_with_a_table() -> None:
    page = read_html(
        "<html><h1>Omicron</h1><table><tr><td><b>Model EOL date</b></td><td>March 30, 2027</td></tr>"
        "<tr><td>Model lifecycle:</td><td>Legacy</td></tr></table></html>"
    )
    [statement] = read_model_card(page, ORIGIN, ["meta.omicron-v1:0"]).statements
    assert statement.rows == (StatedRow((), eol_date=date(2027, 3, 30)),)


@pytest.mark.parametrize(
    ("text", "words", "eol"),
    [
        ("- **Model EOL date:** next spring\n", "its EOL date is left out: 'next spring' is not a day", None),
        ("- **Model EOL date:** N/A\n- **Model lifecycle:** Retired\n", "'Retired' is no state", None),
        ("- **Model launch date:** May 1, 2027\n- **Model EOL date:** March 30, 2027\n", "not after its launch", None),
        ("- **Model EOL date:** May 1, 2027\n- **Legacy period:** a while\n", "is not a number", date(2027, 5, 1)),
        ("- **Model launch date:** November 1, 2022\n- **Model EOL date:** May 1, 2027\n",
         "its launch date is left out: 'November 1, 2022' is too far from Bedrock's time", date(2027, 5, 1)),
        ("- **Model EOL date:** May 1, 2027\n- **Model lifecycle:** EOL: May 2, 2027\n", "the earlier is taken",
         date(2027, 5, 1)),
    ],
)  # fmt: skip
def test_what_makes_no_sense_on_a_card_is_left_out_and_noted(text: str, words: str, eol: date | None) -> None:
    reading = read_model_card(read_markdown(f"# X\n{text}"), ORIGIN, ["meta.omicron-v1:0"])
    assert reading.refusals == ()
    [note] = reading.notes
    assert note.subject == "meta.omicron-v1:0"
    assert words in note.reason
    assert [row.eol_date for row in reading.statements[0].rows] == ([] if eol is None else [eol])


@pytest.mark.parametrize(
    "lines",
    [
        "- **Model EOL date:** May 1, 2027\n- **Model lifecycle:** Legacy (certain regions)\n",
        "- **Model EOL date:** May 1, 2027\n- **Model lifecycle:** EOL: 2027-05-01 (certain Regions)\n",
        "- **Model EOL date:** N/A\n- **Model lifecycle:** EOL: 2027-05-01 (certain Regions)\n",
        "- **Model EOL date:** May 1, 2027 (certain Regions)\n",
        "- **Model EOL date:** May 1, 2027\n- **Model lifecycle:** End of life (in some Regions)\n",
    ],
)
def test_an_end_in_certain_regions_is_not_one_in_every_region(lines: str) -> None:
    reading = read_model_card(read_markdown(f"# X\n{lines}"), ORIGIN, ["meta.omicron-v1:0"])
    assert reading.notes == ()
    [statement] = reading.statements
    assert (statement.rows, statement.partial_eol) == ((), date(2027, 5, 1))


@pytest.mark.parametrize(
    "state", ["EOL: 2027-05-01 (all Regions)", "Extended access", "Public extended access: 2027-02-01", "Preview"]
)
def test_an_end_holds_in_every_region_if_the_state_does(state: str) -> None:
    lines = f"- **Model EOL date:** May 1, 2027\n- **Model lifecycle:** {state}\n"
    reading = read_model_card(read_markdown(f"# X\n{lines}"), ORIGIN, ["meta.omicron-v1:0"])
    assert reading.notes == ()
    assert [row.eol_date for row in reading.statements[0].rows] == [date(2027, 5, 1)]


def test_an_end_with_its_regions_holds_there() -> None:
    statement = card("# X\n- **Model EOL date:** May 1, 2027 (us-east-1 and us-west-2)\n")
    assert statement.rows == (StatedRow(("us-east-1", "us-west-2"), eol_date=date(2027, 5, 1)),)


def test_the_text_of_a_card_says_where_the_model_goes_on() -> None:
    text = (
        "Omicron reached end of life on May 1, 2026 in most Regions, such as `us-east-1`. It remains available in"
        " `eu-west-1` (Ireland) and `sa-east-1`, and is in the Legacy state in `ap-south-1` (Mumbai). It is no longer"
        " available in `us-west-2`, and will be available in `eu-north-1`. It is available in `eu-nowhere-1`."
    )
    statement = card(f"# X\n\n**Important**\n{text}\n\n- **Model lifecycle:** EOL: 2026-05-01 (certain Regions)\n")
    assert statement.listed == (("ap-south-1", "LEGACY"), ("eu-west-1", "ACTIVE"), ("sa-east-1", "ACTIVE"))


def test_a_page_without_the_lines_of_a_card_is_none() -> None:
    with pytest.raises(PageError, match="none of the lines of a model card"):
        read_model_card(read_markdown("# X\n- **Legacy period:** a while\n"), ORIGIN, ["meta.omicron-v1:0"])


def test_a_card_of_an_unknown_model_needs_exactly_one_id() -> None:
    text = (
        NEWEST + "\nCall `meta.omicron-v1:0` at bedrock-runtime.us-east-1.amazonaws.com, or `us.meta.omicron-v1:0`.\n"
    )
    [statement] = read_model_card(read_markdown(text), ORIGIN, []).statements
    assert statement.model == "meta.omicron-v1:0"
    with pytest.raises(PageError, match="names no model id"):
        read_model_card(read_markdown(NEWEST), ORIGIN, [])
    with pytest.raises(PageError, match=r"it names meta\.omicron-v1:0, meta\.pi-v1:0"):
        read_model_card(read_markdown(text + "See meta.pi-v1:0."), ORIGIN, [])
    with pytest.raises(PageError, match="says both"):
        read_model_card(read_markdown(NEWEST + "+ **Model EOL date:** March 31, 2027\n"), ORIGIN, [])


# Folders and addresses

PAGE = """# Model lifecycle (Legacy)
See [Omicron](model-card-meta-omicron.html).

| Model provider | Model name | Model ID | Regions | Legacy date | EOL date | Public extended access start date |
| --- | --- | --- | --- | --- | --- | --- |
| Meta | Rho | meta.rho-v1:0 | us-east-1 | May 26, 2026 | November 26, 2026 | August 26, 2026 |
"""
POLICY = "# Model lifecycle\nFor models launched before, see [Model lifecycle (Legacy)](model-lifecycle-legacy.md).\n"
CATALOG = Catalog(
    date(2026, 10, 9),
    "invented",
    (
        Model("meta.omicron-v1:0", "Omicron 70B", "Meta", regions=("us-east-1",), sources=(CARD,)),
        Model("meta.rho-v1:0", "Rho", "Meta", regions=("us-east-1",)),
    ),
)


def write(folder: Path, **pages: str) -> None:
    for name, text in pages.items():
        (folder / f"{name.replace('_', '-')}.md").write_text(text, encoding="utf-8")


def test_a_folder_of_saved_pages(tmp_path: Path) -> None:
    write(tmp_path, model_lifecycle=POLICY, model_lifecycle_legacy=PAGE, model_card_meta_omicron=NEWEST)
    documents = read_folder(tmp_path, READ_ON, CATALOG)
    assert documents.is_whole
    assert documents.cards == {CARD}
    assert documents.pages == 3
    by_model = {statement.model: statement for statement in documents.reading.statements}
    assert set(by_model) == {"meta.omicron-v1:0", "meta.rho-v1:0"}
    assert by_model["meta.omicron-v1:0"].origin == ORIGIN
    assert by_model["meta.rho-v1:0"].origin.source.endswith("/model-lifecycle-legacy.html")


def test_what_is_no_page_of_these_is_named(tmp_path: Path) -> None:
    write(tmp_path, model_lifecycle_legacy=PAGE, pricing="# Prices\nMany.")
    (tmp_path / "image.html").write_bytes(b"\xff\xfe\x00")
    documents = read_folder(tmp_path, READ_ON, CATALOG)
    assert documents.is_whole
    assert sorted(refusal.source for refusal in documents.reading.refusals) == [
        str(tmp_path / "image.html"), str(tmp_path / "pricing.md"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        ({}, "there is no saved page"),
        ({"model_lifecycle": POLICY}, "the page that it leads to is needed"),
        ({"model_lifecycle": POLICY, "model_card_meta_omicron": NEWEST}, "the page that it leads to is needed"),
        ({"model_lifecycle": "# Model lifecycle\nSoon."}, "no lifecycle table"),
    ],
)
def test_a_folder_without_dates_is_refused(tmp_path: Path, pages: dict[str, str], words: str) -> None:
    write(tmp_path, **pages)
    with pytest.raises(UsageError, match=words):
        read_folder(tmp_path, READ_ON, CATALOG)


def test_a_card_alone_is_read_and_does_not_make_the_whole_current(tmp_path: Path) -> None:
    write(tmp_path, model_card_meta_omicron=NEWEST)
    documents = read_folder(tmp_path, READ_ON, CATALOG)
    assert (documents.is_whole, documents.cards, documents.reading.refusals) == (False, {CARD}, ())


def test_a_page_that_has_lost_most_of_its_models_is_not_the_whole(tmp_path: Path) -> None:
    write(tmp_path, model_lifecycle_legacy=PAGE)
    page = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle-legacy.html"
    row = LifecycleRow(("us-east-1",), None, None, date(2027, 5, 1), page, READ_ON)
    known = tuple(Model(f"meta.{name}-v1:0", name, "Meta", rows=(row,)) for name in ("pi", "rho", "tau", "phi", "chi"))
    documents = read_folder(tmp_path, READ_ON, CATALOG._replace(models=known))
    assert not documents.is_whole
    [refusal] = documents.reading.refusals
    assert "it lacks 4 of the 5 models whose EOL dates" in refusal.reason


@pytest.fixture
def site() -> Iterator[tuple[str, dict[str, tuple[int, str]]]]:
    pages: dict[str, tuple[int, str]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            code, text = pages.get(self.path, (404, "gone"))
            self.send_response(code)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # A server looks so often, in seconds, whether it is to end.
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/guide/", pages
    server.shutdown()
    server.server_close()
    thread.join()


def test_pages_from_their_addresses(site: tuple[str, dict[str, tuple[int, str]]]) -> None:
    base, pages = site
    pages["/guide/model-lifecycle.html"] = (200, POLICY)
    pages["/guide/model-lifecycle-legacy.html"] = (200, PAGE)
    pages["/guide/model-card-meta-omicron.html"] = (200, NEWEST)
    steps: list[tuple[str, int, int]] = []
    documents = fetch_pages(base, READ_ON, CATALOG, lambda *step: steps.append(step))
    assert documents.is_whole
    assert {statement.model for statement in documents.reading.statements} == {"meta.omicron-v1:0", "meta.rho-v1:0"}
    assert steps == [
        ("model-lifecycle.html", 1, 2),
        ("model-lifecycle-legacy.html", 2, 2),
        ("model-card-meta-omicron.html", 1, 1),
    ]


def test_the_list_of_cards_tells_of_a_new_model(site: tuple[str, dict[str, tuple[int, str]]]) -> None:
    base, pages = site
    pages["/guide/model-lifecycle-legacy.html"] = (200, PAGE)
    pages["/guide/model-card-meta-omicron.html"] = (200, NEWEST)
    pages["/guide/model-cards.html"] = (200, "# Model cards\n[Tau](model-card-meta-tau.html)\n")
    card = "# Tau\n- **Model launch date:** Nov 9, 2026\n- **Model lifecycle:** Active\n\n`meta.tau-1-v1:0`\n"
    pages["/guide/model-card-meta-tau.html"] = (200, card)
    documents = fetch_pages(base, READ_ON, CATALOG, lambda *_: None)
    [new] = (each for each in documents.reading.statements if each.model == "meta.tau-1-v1:0")
    assert (new.name, new.launch_date) == ("Tau", date(2026, 11, 9))


def test_a_card_that_is_gone_is_a_note(site: tuple[str, dict[str, tuple[int, str]]]) -> None:
    base, pages = site
    pages["/guide/model-lifecycle.html"] = (200, POLICY)
    pages["/guide/model-lifecycle-legacy.html"] = (200, PAGE)
    documents = fetch_pages(base, READ_ON, CATALOG, lambda *_: None)
    assert documents.is_whole
    assert documents.reading.refusals == ()
    [note] = documents.reading.notes
    assert str(note) == f"{base}model-card-meta-omicron.html: the server answered 404 Not Found"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<html><h1>Model lifecycle</h1><table><tr><td><table>", "within another table"),
        ("<html><h1>Model lifecycle</h1><![none[x]]></html>", "is none of HTML|holds no lifecycle"),
        ('<html><link rel="canonical" href="https://[none/model-card-x.html"><h1>X</h1></html>', "neither a lifecycle"),
    ],
)
def test_a_page_that_cannot_be_read_is_named(
    site: tuple[str, dict[str, tuple[int, str]]], text: str, words: str
) -> None:
    base, pages = site
    pages["/guide/model-lifecycle.html"] = (200, text)
    pages["/guide/model-lifecycle-legacy.html"] = (200, PAGE)
    pages["/guide/model-card-meta-omicron.html"] = (200, NEWEST)
    documents = fetch_pages(base, READ_ON, CATALOG, lambda *_: None)
    assert documents.is_whole
    [refusal] = documents.reading.refusals
    assert refusal.source == f"{base}model-lifecycle.html"
    assert re.search(words, refusal.reason)


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(UsageError, match="is not an address"):
        fetch_pages("https://[none/", READ_ON, CATALOG, lambda *_: None)


def test_a_server_that_does_not_speak_http_is_named() -> None:
    class Greeting(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(1000)
            self.request.sendall(b"220 hello\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Greeting) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        try:
            with pytest.raises(UsageError, match="cannot be reached: 220 hello"):
                fetch_pages(f"http://127.0.0.1:{server.server_address[1]}/", READ_ON, CATALOG, lambda *_: None)
        finally:
            server.shutdown()


def test_without_any_page_there_is_no_refresh(site: tuple[str, dict[str, tuple[int, str]]]) -> None:
    base, pages = site
    pages["/guide/model-lifecycle.html"] = (500, "no")
    with pytest.raises(UsageError, match="the server answered 500"):
        fetch_pages(base, READ_ON, CATALOG, lambda *_: None)
