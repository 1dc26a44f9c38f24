"""Words on the command line: shell completion, and suggestions for wrong ones."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer

Words = Iterable[tuple[str, str]]


def choice(flag: str, help_text: str, kind: type[StrEnum], *, what: str, short: str | None = None, **given: Any) -> Any:
    """An option with the values of an enumeration, which returns its members; `what` is the word for a value."""

    def checked(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [member(each) for each in value]
        return None if value is None else member(value)

    def member(text: str) -> StrEnum:
        if text not in list(kind):
            from checker.source.suggest import did_you_mean  # needed only for the error

            raise typer.BadParameter(f"there is no {what} {text!r}{did_you_mean(text, kind)}")
        return kind(text)

    return typer.Option(
        flag,
        *(() if short is None else (short,)),
        help=help_text,
        metavar="|".join(kind),
        callback=checked,
        autocompletion=completed(lambda: ((each.value, "") for each in kind)),
        **{"show_default": False, **given},
    )


def files(value: Any) -> Any:
    """A callback: the files in an option must exist."""
    for path in value if isinstance(value, (list, tuple)) else filter(None, (value,)):
        _require(path, path.exists() and not path.is_dir(), "file")
    return value


def directory(value: Any) -> Any:
    """A callback: the directory in an option must exist."""
    if value is not None:
        _require(value, value.is_dir(), "directory")
    return value


def _require(path: Path, is_there: bool, what: str) -> None:
    from checker.source.suggest import closest_path, is_address  # needed only for errors

    if is_address(str(path)):
        raise typer.BadParameter(f"this is an address, and nothing is read from the web; give a {what}")
    if path.exists() and not is_there:
        raise typer.BadParameter(f"{path} is not a {what}")
    if not is_there:
        close = closest_path(str(path))
        raise typer.BadParameter(f"there is no {what} {str(path)!r}" + (f"; did you mean {close!r}?" if close else ""))


def completed(words: Callable[[], Words]) -> Callable[[str], list[tuple[str, str]]]:
    """Completes words, which are made on demand; each has a description, or an empty text."""

    def complete(incomplete: str) -> list[tuple[str, str]]:
        return [(word, meaning) for word, meaning in words() if word.startswith(incomplete)]

    return complete


def policies() -> Words:
    """The packs; the shell completes files."""
    from checker.policy import pack_names

    return ((name, "pack") for name in pack_names())


def regions() -> Words:
    """The codes of AWS's Regions."""
    from checker.model.regions import REGIONS

    return ((region, "") for region in sorted(REGIONS))


def models() -> Words:
    """The ids of the catalog, with the names of the models."""
    from checker.catalog import select_catalog

    return ((model.id, model.name) for model in select_catalog().catalog.models)


def rules() -> Iterator[tuple[str, str]]:
    """The rules of the packs, and the checks."""
    from checker.cli.policy_pages import read_policy
    from checker.policy import pack_names
    from checker.policy.checks import CHECKS

    found = {rule.id: "rule" for name in pack_names() for rule in read_policy((name,)).rules}
    yield from found.items()
    yield from ((name, "check") for name in CHECKS if name not in found)
