"""The Python interface: `checker.check`.

```python
import checker

scan = checker.check(["infra"], policy=["strict"], as_of=date(2026, 11, 24))
for finding in scan.open_findings:
    print(finding.severity, finding.rule, finding.location, finding.message)
```

What it returns is data: `Scan` and all in it are frozen. Errors are `UsageError` (the policy, the catalog or what was
asked for is not valid); what is wrong with the code is in `scan.problems`.
"""

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from checker.errors import UsageError
from checker.model.scan import Scan
from checker.model.settings import Options, Settings

PathLike = str | os.PathLike[str]


def check(
    paths: PathLike | Iterable[PathLike],
    *,
    policy: PathLike | Iterable[PathLike] = "baseline",
    as_of: date | None = None,
    regions: Iterable[str] = (),
    variables: Mapping[str, str] | None = None,
    var_files: Iterable[PathLike] = (),
    workspace: str | None = None,
    config_env: str | None = None,
    parameters: Iterable[PathLike] = (),
    answers: Iterable[PathLike] = (),
    source: PathLike | None = None,
    catalog: PathLike | None = None,
    catalog_overlays: Iterable[PathLike] = (),
    baseline: PathLike | None = None,
    diff_base: str | None = None,
    changed: bool = False,
    allow_outside: bool = False,
    mentions: Literal["infrastructure", "code"] = "infrastructure",
    content: bytes | None = None,
    cwd: PathLike | None = None,
) -> Scan:
    """Judges infrastructure code by a policy; the result is everything that a report shows.

    Arguments are those of `bedrock-eol check`. `policy` names packs and policy files, later ones over earlier ones.
    `as_of` is the day to judge for, by default today in UTC. `content` is the content of the path `-`. Paths are
    relative to `cwd`, by default the working directory, and so are those in the result. It reads no configuration file,
    writes nothing, and opens no connection.

    Raises UsageError if the policy, the catalog or a named file is not valid.
    """
    from checker.pipeline import scan
    from checker.source.files import Boundary, SourceFiles
    from checker.workspace.answers import load_answers

    def standard_input() -> bytes:
        if content is None:
            raise UsageError("the path - needs `content`")
        return content

    from checker.model.lifecycle import EARLIEST_DAY, LATEST_DAY, is_judged
    from checker.model.regions import unknown_region

    regions = tuple(dict.fromkeys(regions))
    if as_of is not None and not is_judged(as_of):
        raise UsageError(f"`as_of` {as_of} is not between {EARLIEST_DAY} and {LATEST_DAY}")
    for region in regions:
        if (wrong := unknown_region(region)) is not None:
            raise UsageError(f"`regions`: {wrong}")
    directory = Path.cwd() if cwd is None else Path(os.path.realpath(cwd))
    settings = Settings(
        as_of=as_of if as_of is not None else datetime.now(UTC).date(),
        policy=_each(policy),
        catalog=None if catalog is None else directory / catalog,
        catalog_overlays=tuple(directory / overlay for overlay in catalog_overlays),
        options=Options(
            arguments=(*map(Path, var_files), *(variables or {}).items()),
            workspace=workspace,
            config_env=config_env,
            parameters=tuple(map(Path, parameters)),
            regions=regions,
            source=None if source is None else Path(source),
            answers=load_answers(map(Path, answers), SourceFiles(Boundary(None, allow_outside=True), directory)),
        ),
        allow_outside=allow_outside,
        mentions_in_code=mentions == "code",
        changed=changed,
        diff_base=diff_base,
        baseline=None if baseline is None else Path(baseline),
    )
    wanted = _each(paths)
    if not wanted:
        raise UsageError("there is nothing to check: `paths` is empty")
    return scan(wanted, settings, standard_input=standard_input, cwd=directory)


def _each(given: PathLike | Iterable[PathLike]) -> tuple[str, ...]:
    return (os.fspath(given),) if isinstance(given, str | os.PathLike) else tuple(os.fspath(each) for each in given)
