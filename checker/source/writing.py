"""Files that are there as a whole or not at all."""

import os
import secrets
import shutil
import stat
from pathlib import Path


def write_whole(file: Path, content: bytes) -> None:
    """Writes a file; one that is there keeps its content until the new one is complete. Raises OSError.

    A device or a pipe is written to: it cannot be replaced.
    """
    file = Path(os.path.realpath(file))
    if file.exists() and not stat.S_ISREG(file.stat().st_mode):
        file.write_bytes(content)
        return
    temporary = file.with_name(f".{file.name[:100]}.{secrets.token_hex(6)}.part")
    try:
        with temporary.open("xb") as written:
            written.write(content)
        if file.exists():
            shutil.copymode(file, temporary)
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
