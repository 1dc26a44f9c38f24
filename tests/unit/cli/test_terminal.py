"""Progress is shown on a terminal, late, and leaves nothing behind."""

import io

import pytest

from checker.cli.terminal import Progress

ERASE = "\r\x1b[K"


class Terminal(io.StringIO):
    """Standard error that is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that the test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    return Terminal()


def test_a_short_run_shows_nothing(terminal):
    clock = Clock()
    with Progress(terminal, clock=clock) as progress:
        progress.step("a", 1, 2)
        clock.now = 0.4
        progress.step("b", 2, 2)
    assert terminal.getvalue() == ""


def test_a_long_run_shows_where_it_is_and_takes_it_back(terminal):
    clock = Clock()
    with Progress(terminal, clock=clock) as progress:
        clock.now = 1.0
        progress.step("envs/prod", 1200, 2000)
        clock.now = 1.05
        progress.step("too soon", 1201, 2000)
    assert terminal.getvalue() == f"{ERASE}Reading 1,200 of 2,000: envs/prod{ERASE}"


def test_names_are_harmless_and_the_line_is_cut(terminal):
    clock = Clock()
    with Progress(terminal, clock=clock) as progress:
        clock.now = 1.0
        progress.step("\x1b[2J\n\u202e" + "x" * 200, 1, 1)
    shown = terminal.getvalue().split(ERASE)[1]
    assert shown.startswith("Reading 1 of 1: \\x1b[2J\\n\\u202exxx")
    assert len(shown) == 59
    assert shown.isprintable()


@pytest.mark.parametrize("case", ["dumb", "no terminal", "none"])
def test_nothing_is_shown_where_it_would_disturb(terminal, monkeypatch, case):
    stream = {"dumb": terminal, "no terminal": io.StringIO(), "none": None}[case]
    if case == "dumb":
        monkeypatch.setenv("TERM", "dumb")
    clock = Clock()
    with Progress(stream, clock=clock) as progress:
        clock.now = 9.0
        progress.step("a", 1, 1)
    assert stream is None or stream.getvalue() == ""


def test_a_terminal_that_is_gone_does_not_end_the_run(terminal, monkeypatch):
    clock = Clock()
    progress = Progress(terminal, clock=clock)
    clock.now = 1.0

    def fail(_text):
        raise OSError("gone")

    monkeypatch.setattr(terminal, "write", fail)
    with progress:
        progress.step("a", 1, 2)
        clock.now = 2.0
        progress.step("b", 2, 2)


def test_the_line_is_taken_back_after_an_error(terminal):
    clock = Clock()

    def run():
        with Progress(terminal, clock=clock) as progress:
            clock.now = 1.0
            progress.step("a", 1, 1)
            raise KeyError

    with pytest.raises(KeyError):
        run()
    assert terminal.getvalue().endswith(ERASE)
