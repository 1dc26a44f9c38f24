"""Outputs that are full, closed or no longer read: an error with a message, and never a better exit code."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLE = "examples/terraform/failing"
RUN = ["--as-of", "2026-11-24", "--no-config"]
# All is written by the same code: a short report, a long one, one that is a list, and what is no report.
CHECKS = {name: ["check", EXAMPLE, *RUN, "--format", name] for name in ("badge", "html", "json", "terminal")}
COMMANDS = CHECKS | {
    "refs": ["refs", EXAMPLE, *RUN, "--format", "terminal"],
    "forecast": ["forecast", EXAMPLE, *RUN, "--format", "ics"],
    "policy list": ["policy", "list"],
    "policy schema": ["policy", "schema"],
    "--help": ["--help"],
}


def code_of(name: str) -> int:
    return 1 if name in CHECKS else 0


def run(arguments: list[str], **streams: Any) -> "subprocess.CompletedProcess[bytes]":
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": REPOSITORY} | streams
    environment = {name: value for name, value in os.environ.items() if name != "GITHUB_STEP_SUMMARY"}
    command = [sys.executable, "-m", "checker", *arguments]
    return subprocess.run(command, timeout=120, check=False, env=environment | streams.pop("env", {}), **streams)


@contextlib.contextmanager
def without_reader() -> Iterator[int]:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        yield writing
    finally:
        os.close(writing)


@contextlib.contextmanager
def full() -> Iterator[int]:
    if not Path("/dev/full").is_char_device():
        pytest.skip("this system has no /dev/full")
    writing = os.open("/dev/full", os.O_WRONLY)
    try:
        yield writing
    finally:
        os.close(writing)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk_under_standard_output_is_an_error(name: str) -> None:
    with full() as stream:
        ran = run(COMMANDS[name], stdout=stream)
    assert ran.returncode == 2, ran.stderr
    assert ran.stderr.decode().splitlines()[-1] == "Error: cannot write to standard output: No space left on device"
    assert b"Traceback" not in ran.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_nobody_who_reads_standard_output_changes_nothing(name: str) -> None:
    with without_reader() as stream:
        ran = run(COMMANDS[name], stdout=stream)
    assert ran.returncode == code_of(name), ran.stderr
    assert b"Traceback" not in ran.stderr
    assert b"Error" not in ran.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_nobody_who_takes_standard_error_changes_nothing(name: str) -> None:
    wanted = run(COMMANDS[name]).stdout
    for stream in (full, without_reader):
        with stream() as error:
            ran = run(COMMANDS[name], stderr=error)
        assert ran.returncode == code_of(name)
        assert ran.stdout == wanted


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "--nonsense"], 2),
        (["nonsense"], 2),
        (["check", EXAMPLE, *RUN, "--policy", "no-such-pack"], 2),
        (["check", "nowhere", *RUN, "--format", "json"], 3),
        (["check", EXAMPLE, *RUN, "--format", "json=/dev/null/report"], 2),
        (["models", "show", "no-such-model"], 2),
    ],
)
def test_what_goes_wrong_goes_wrong_without_standard_error_too(arguments: list[str], code: int) -> None:
    assert run(arguments).returncode == code
    for stream in (without_reader, full):
        with stream() as error:
            assert run(arguments, stderr=error).returncode == code
            assert run(arguments, stdout=error, stderr=error).returncode == (2 if stream is full else code)


def test_both_streams_may_be_the_same_pipe() -> None:
    """`check … 2>&1 | head -1`."""
    for name in ("json", "terminal"):
        with without_reader() as stream:
            assert run(CHECKS[name], stdout=stream, stderr=stream).returncode == 1


def _no_file_may_grow() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))


OUTPUTS = {
    **{name: [*CHECKS["json"], "--quiet", "--format", f"{name}=@"] for name in ("badge", "html")},
    "refs": ["refs", EXAMPLE, *RUN, "--format", "json=@"],
    "baseline": ["check", EXAMPLE, *RUN, "--write-baseline", "@"],
    "export": ["models", "export", "--output", "@"],
}


@pytest.mark.parametrize(
    ("name", "there"), [*((name, True) for name in OUTPUTS), ("html", False), ("baseline", False), ("export", False)]
)
def test_a_full_disk_under_a_file_is_an_error_and_keeps_what_was_there(tmp_path: Path, name: str, there: bool) -> None:
    file = tmp_path / "written"
    if there:
        file.write_text("before")
    arguments = [part.replace("@", str(file)) for part in OUTPUTS[name]]
    ran = run(arguments, preexec_fn=_no_file_may_grow, env={"PYTHONDONTWRITEBYTECODE": "1"})
    assert ran.returncode == 2, ran.stderr
    assert b"cannot write" in ran.stderr
    assert b"File too large" in ran.stderr
    assert b"Traceback" not in ran.stderr
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == ([("written", "before")] if there else [])


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_pipe_in_the_place_of_a_file_is_written_to_and_stays(tmp_path: Path, name: str) -> None:
    file = tmp_path / "pipe"
    os.mkfifo(file)
    taken: list[bytes] = []
    reader = threading.Thread(target=lambda: taken.append(file.read_bytes()), daemon=True)
    reader.start()
    ran = run([part.replace("@", str(file)) for part in OUTPUTS[name]])
    assert file.is_fifo()
    assert ran.returncode == (0 if name in {"refs", "export", "baseline"} else 1), ran.stderr
    reader.join(30)
    assert taken
    assert taken[0]


def test_a_catalog_does_not_take_the_place_of_a_pipe(tmp_path: Path) -> None:
    from checker.catalog import load_bundled
    from checker.catalog.store import write_catalog
    from checker.errors import UsageError

    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="not a file"):
        write_catalog(tmp_path / "pipe", load_bundled())
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("target", ["nowhere", "there"])
@pytest.mark.parametrize("arguments", [[], ["--force"]])
def test_init_writes_through_no_link(tmp_path: Path, arguments: list[str], target: str) -> None:
    top = tmp_path / "top"
    top.mkdir()
    (tmp_path / "there").write_text("before")
    (top / ".bedrock-eol.yaml").symlink_to(tmp_path / target)
    assert run(["init", ".", *arguments], cwd=top, env={"PYTHONPATH": str(REPOSITORY)}).returncode == 2
    assert (tmp_path / "there").read_text() == "before"
    assert not (tmp_path / "nowhere").exists()
