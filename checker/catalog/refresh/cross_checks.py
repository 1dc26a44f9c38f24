"""Compares a catalog with data of third parties. A difference is reported as a contradiction and never adopted.

The data comes from packages that the user has installed. Their code does not run, and nothing of them is shipped.
"""

import importlib.metadata
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from checker.catalog.lookup import CatalogIndex
from checker.errors import UsageError
from checker.immutable import immutable
from checker.model.lifecycle import Catalog, Model, Stage
from checker.model.stages import worst_stage

_CDK_MARK = re.compile(r'\(deprecated\)[^"\n]*"([a-z0-9]+\.[a-z0-9][a-z0-9.:-]*)"')


class _Said(NamedTuple):
    """The end of a model: on a day, or on an unknown one."""

    model: str
    eol_date: date | None


@immutable
class CrossCheck:
    """Third-party data: its source, its license, and the ends of models in it."""

    name: str
    licence: str
    said: tuple[_Said, ...]

    def contradictions(self, catalog: Catalog) -> Iterator[str]:
        """The contradictions to the catalog, one line each, each model once."""
        index = CatalogIndex(catalog)
        seen: set[tuple[str, date | None]] = set()
        for each in self.said:
            model = index.lookup(each.model)
            if model is None or (model.id, each.eol_date) in seen:
                continue
            seen.add((model.id, each.eol_date))
            ours = _contradicts(model, each.eol_date, catalog.newest)
            if ours:
                theirs = "it is deprecated" if each.eol_date is None else f"EOL {each.eol_date}"
                yield f"{model.id}: {ours}; but {self.name} ({self.licence}) says that {theirs}"


def _contradicts(model: Model, eol: date | None, day: date) -> str:
    """The catalog's statement that contradicts an end; empty if it agrees."""
    if eol is None:
        return "Active" if worst_stage(model, day).worst.stage is Stage.ACTIVE else ""
    days = {row.eol_date for row in model.rows if row.eol_date is not None}
    # Some take the promise for the date itself.
    if eol in days or eol == model.eol_no_sooner_than:
        return ""
    return f"EOL {', '.join(sorted(map(str, days)))}" if days else "no EOL known"


def cross_check(name: str) -> CrossCheck:
    """The data named `name` in `CROSS_CHECKS`. Raises UsageError if its package is not installed."""
    source = CROSS_CHECKS[name]
    try:
        distribution = importlib.metadata.distribution(source.package)
    except importlib.metadata.PackageNotFoundError:
        raise UsageError(f"--cross-check {name}: install the package first: pip install {source.package}") from None
    file = Path(str(distribution.locate_file(source.file)))
    try:
        said = tuple(source.read(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"--cross-check {name}: {source.package} {distribution.version} cannot be read: {error}"
        ) from error
    return CrossCheck(f"{source.package} {distribution.version}", source.licence, said)


def _of_litellm(text: str) -> Iterator[_Said]:
    for key, entry in json.loads(text).items():
        if str(entry.get("litellm_provider", "")).startswith("bedrock") and entry.get("deprecation_date"):
            yield _Said(key.rpartition("/")[2], date.fromisoformat(entry["deprecation_date"]))


def _of_model_retire(text: str) -> Iterator[_Said]:
    document: dict[str, Any] = json.loads(text)
    for entry in document["models"]:
        if "/bedrock/" in entry["source"] and entry.get("retires_on"):
            yield _Said(entry["id"], date.fromisoformat(entry["retires_on"]))


def _of_cdk(text: str) -> Iterator[_Said]:
    for found in _CDK_MARK.finditer(text):
        yield _Said(found[1], None)


class _Source(NamedTuple):
    package: str
    licence: str
    file: str
    read: Callable[[str], Iterator[_Said]]


CROSS_CHECKS = {
    "litellm": _Source("litellm", "MIT", "litellm/model_prices_and_context_window_backup.json", _of_litellm),
    "model-retire": _Source("bydtech-model-retire", "MIT", "model_retire/models.json", _of_model_retire),
    "cdk": _Source("aws-cdk-lib", "Apache-2.0", "aws_cdk/aws_bedrock/__init__.py", _of_cdk),
}
