"""Writes whole files atomically, and never through a link in the checked code."""

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from checker.source.files import is_link, is_work_tree


def path_to_write(file: Path) -> Path:
    """The path to write to, links followed.

    Raises OSError for a link below the working directory, or in a git work tree: an author of the checked code must not
    choose which file is overwritten.
    """
    written = Path(os.path.abspath(file))  # noqa: PTH100 (resolve() follows links)
    trees = (Path.cwd(), *filter(is_work_tree, written.parents))
    for path in (written, *written.parents):
        if is_link(path) and any(tree in path.parents for tree in trees):
            raise OSError(errno.ELOOP, f"{path} is a link in the checked code; remove it, or name another file")
    return Path(os.path.realpath(written))


def write_whole(file: Path, content: bytes | Iterable[bytes], check: Callable[[Path], None] | None = None) -> None:
    """Writes a file; `content` may come in parts. An existing file keeps its content until the new one is complete.

    Raises OSError, also where `path_to_write` does. A device or a pipe is written to, since it cannot be replaced.
    `check` examines the new file before it replaces the old one, which stays if `check` raises an error.
    """
    target = path_to_write(file)
    parts = (content,) if isinstance(content, bytes) else content
    if file.exists() and not stat.S_ISREG(file.stat().st_mode):
        with file.open("wb") as written:
            written.writelines(parts)
        return
    file = target
    temporary = file.with_name(f".{file.name[:100]}.{secrets.token_hex(6)}.part")
    try:
        with temporary.open("xb") as written:
            written.writelines(parts)
        if check is not None:
            check(temporary)
        if file.exists():
            shutil.copymode(file, temporary)
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
