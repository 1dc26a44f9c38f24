"""A fleet of repositories of 40 files, as bare mirrors: against two plain loops, judged anew, with lost workers.

    python benchmarks/fleet.py [REPOSITORIES]

The plain loops are two processes side by side, each of which reads every other repository by the function that a task
calls, and keeps nothing. The memory is that of the process with the scheduler.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from threading import Event, Thread

import psutil
from inputs import VARIABLES, terraform_file

from checker.fleet.checkout import Limits
from checker.fleet.engine import Cluster
from checker.fleet.repositories import Repository, repositories
from checker.fleet.runs import judge_fleet, new_run, prepare, scan_fleet
from checker.fleet.store import Store
from checker.fleet.task import Task, perform
from checker.model.settings import Settings
from checker.processes import collect_rarely

FILES = 40
WORKERS = 2
SECONDS_TO_LOSS = 20
AGENT = """\
provider "aws" {{
  region = "us-east-1"
}}
resource "aws_bedrockagent_agent" "chat" {{
  agent_name              = "chat"
  agent_resource_role_arn = "arn:aws:iam::111122223333:role/agent"
  foundation_model        = "{model}"
}}
"""
MODELS = (
    "anthropic.claude-3-haiku-20240307-v1:0",
    "us.anthropic.claude-opus-4-1-20250805-v1:0",
    "amazon.nova-pro-v1:0",
)


def main() -> None:
    """Prints the figures."""
    # As the command line does.
    collect_rarely(lives_long=True)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    if sys.argv[2:3] == ["loop"]:
        loop(Path(sys.argv[3]), int(sys.argv[4]))
        return
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        make_mirrors(root / "mirrors", count)
        found = repositories([str(root / "mirrors")], root, lambda _host, _name: ())
        print(f"{len(found):,} repositories of {FILES} files, {WORKERS} workers")
        loops = timed("two plain loops", lambda: side_by_side(root / "mirrors", count))
        store = Store(root / "store")
        fleet = timed("fleet scan", lambda: scan(found, store, "1"))
        judged = timed("fleet judge", lambda: judge(store, "2"))
        with workers_are_lost():
            harmed = timed(
                f"fleet scan, a worker lost every {SECONDS_TO_LOSS} s", lambda: scan(found, Store(root / "b"), "1")
            )
        kept = {row.name for row in Store(root / "b").repositories(Store(root / "b").run("1")) if row.has_references}
        print(f"fleet scan takes {fleet / loops:.2f} x the loops; judging anew is {fleet / judged:.0f} x faster")
        print(f"with lost workers it takes {harmed / fleet:.2f} x; {len(found) - len(kept)} repositories were lost")
        print(f"peak memory of the scheduler's process: {getrusage(RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def make_mirrors(directory: Path, count: int) -> None:
    """Bare repositories with one commit each; one in ten uses models."""
    rng = random.Random(1)
    for number in range(count):
        work = directory / f"work{number:04}"
        work.mkdir(parents=True)
        for file in range(FILES):
            (work / f"f{file:02}.tf").write_text(terraform_file(rng, rng.randrange(400, 4_000)))
        (work / "variables.tf").write_text(VARIABLES)
        if number % 10 == 0:
            (work / "agent.tf").write_text(AGENT.format(model=rng.choice(MODELS)))
        for arguments in (
            ("init", "--quiet"),
            ("add", "--all"),
            ("-c", "user.name=n", "-c", "user.email=n@example.com", "commit", "--quiet", "--message", "all"),
        ):
            subprocess.run(["git", *arguments], cwd=work, check=True)
        (work / ".git").rename(directory / f"r{number:04}.git")
        shutil.rmtree(work)


def side_by_side(mirrors: Path, count: int) -> None:
    """Two processes, each of which reads half of the repositories."""
    command = [sys.executable, __file__, str(count), "loop", str(mirrors)]
    running = [subprocess.Popen([*command, str(part)]) for part in range(WORKERS)]
    assert not any(process.wait() for process in running)


def loop(mirrors: Path, part: int) -> None:
    """Reads every other repository, one after another."""
    job = prepare(Settings(as_of=date(2026, 11, 24)), Limits(), Path.cwd())
    for mirror in sorted(mirrors.iterdir())[part::WORKERS]:
        perform(job, Task(Repository(mirror.stem, str(mirror))))


def scan(found: tuple[Repository, ...], store: Store, name: str) -> None:
    """A run of the fleet."""
    job = prepare(Settings(as_of=date(2026, 11, 24)), Limits(), Path.cwd())
    scan_fleet(found, store, new_run(store, job, name), job, Cluster(workers=WORKERS), lambda *_: None)


def judge(store: Store, name: str) -> None:
    """The references of the last run, judged for another day."""
    job = prepare(Settings(as_of=date(2026, 12, 24)), Limits(), Path.cwd())
    judge_fleet(store, job, name)


def _is_worker(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.Error:
        # It has ended since it was listed.
        return False


@contextmanager
def workers_are_lost() -> Iterator[None]:
    """Ends a process of a worker from time to time."""
    ended = Event()

    def kill() -> None:
        while not ended.wait(SECONDS_TO_LOSS):
            children = psutil.Process().children(recursive=True)
            workers = [child for child in children if _is_worker(child)]
            if workers:
                os.kill(random.choice(workers).pid, signal.SIGKILL)

    thread = Thread(target=kill, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def timed(name: str, work: Callable[[], None]) -> float:
    """The wall time of something in seconds, which is printed."""
    began = time.monotonic()
    work()
    seconds = time.monotonic() - began
    print(f"{name:45} {seconds:8.1f} s")
    return seconds


if __name__ == "__main__":
    main()
