"""A CycloneDX 1.6 bill of materials of the models in use (an ML-BOM). Only this module imports the CycloneDX library.

A model is in use if a resource uses it, directly or through its environment. Models that are only granted, mentioned or
selectable are counted in the properties. The library (11.12) has no model cards and no compositions yet, so properties
also hold the lifecycle of a model, and whether the bill may be incomplete.
"""

import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time

from checker import __version__
from checker.errors import UsageError
from checker.model.reference import Candidate, Reference, Usage
from checker.model.scan import ModelInUse, Scan
from checker.report.escaping import printable
from checker.report.view import ReportOptions, View
from checker.wording import dated, named

try:
    from cyclonedx.model import ExternalReference, ExternalReferenceType, Property, XsUri
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence
    from cyclonedx.output.json import JsonV1Dot6
except ImportError as error:
    raise UsageError(
        "the format 'cyclonedx' needs the CycloneDX library, which is not installed; install it with:"
        " pip install 'cyclonedx-python-lib>=11'"
    ) from error

_PREFIX = "bedrock-eol"
_IN_USE = (Usage.USE, Usage.INDIRECT)
# The namespace of serial numbers, which are hashes of the content: equal content has an equal number.
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "bedrock-eol.cyclonedx")


def render(view: View, options: ReportOptions) -> str:
    """The bill as JSON in ASCII with a final line break. Its time is the day of the run, at midnight UTC."""
    del options
    scan = view.scan
    bom = Bom(version=1)
    # The serial number is computed from everything else; until then, any fixed one will do.
    bom.serial_number = _NAMESPACE
    bom.metadata.timestamp = datetime.combine(scan.as_of, time(), UTC)
    bom.metadata.tools.components.add(
        Component(type=ComponentType.APPLICATION, name="bedrock-eol", version=__version__, bom_ref="tool")
    )
    bom.metadata.component = Component(type=ComponentType.APPLICATION, name="infrastructure code", bom_ref="code")
    bom.metadata.properties = _facts(view)
    models = list(_models(scan))
    bom.components = models
    bom.register_dependency(bom.metadata.component, models)
    bom.serial_number = uuid.uuid5(_NAMESPACE, _text(bom))
    return _text(bom) + "\n"


def _text(bom: Bom) -> str:
    return JsonV1Dot6(bom).output_as_string(indent=2)


def _facts(view: View) -> list[Property]:
    scan, incomplete = view.scan, view.summary.incomplete
    not_in_use = {
        candidate.model or candidate.text
        for reference in scan.references
        if reference.site.usage not in _IN_USE
        for candidate in reference.candidates
    }
    facts = {
        "as-of": str(scan.as_of),
        "catalog:as-of": str(scan.catalog.as_of),
        "catalog:source": scan.catalog.source,
        "is-complete": "false" if incomplete or scan.unresolved else "true",
        "unresolved-references": str(len(scan.unresolved)),
        "incomplete-problems": str(incomplete),
        "named-but-not-used": str(len(not_in_use - {name for name, _ in _uses(scan)})),
    }
    return [_property(name, value) for name, value in facts.items()]


def _uses(scan: Scan) -> Iterator[tuple[str, tuple[Reference, Candidate]]]:
    for reference in scan.references:
        if reference.site.usage in _IN_USE:
            for candidate in reference.candidates:
                yield candidate.model or candidate.text, (reference, candidate)


def _models(scan: Scan) -> Iterator[Component]:
    by_name: dict[str, list[tuple[Reference, Candidate]]] = {}
    for name, use in _uses(scan):
        by_name.setdefault(name, []).append(use)
    known = {each.model.id: each for each in scan.models}
    for name, uses in sorted(by_name.items()):
        yield _component(name, uses, known.get(name))


def _component(name: str, uses: list[tuple[Reference, Candidate]], known: ModelInUse | None) -> Component:
    names_a_model = any(candidate.model is not None for _, candidate in uses)
    provider = name.partition(".")[0] if names_a_model and "." in name else None
    identity = f"model:{uuid.uuid5(_NAMESPACE, printable(name))}"
    return Component(
        type=ComponentType.MACHINE_LEARNING_MODEL,
        name=printable(name),
        group=None if provider is None else printable(provider),
        description=None if known is None else printable(known.model.name),
        bom_ref=identity,
        external_references=[
            ExternalReference(
                type=ExternalReferenceType.DOCUMENTATION,
                url=XsUri("https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html"),
            )
        ],
        properties=[*_properties(uses), *_life(known)],
        evidence=ComponentEvidence(occurrences=_occurrences(identity, uses)),
    )


def _properties(uses: Iterable[tuple[Reference, Candidate]]) -> list[Property]:
    pairs = {
        pair
        for reference, candidate in uses
        for pair in (
            ("usage", str(reference.site.usage)),
            ("role", str(reference.site.role)),
            ("certainty", str(candidate.certainty)),
            ("form", str(candidate.form)),
            *(("region", region) for region in candidate.regions),
            *((("profile", candidate.profile),) if candidate.profile is not None else ()),
        )
    }
    return [_property(name, value) for name, value in sorted(pairs)]


def _life(known: ModelInUse | None) -> Iterator[Property]:
    for stage in () if known is None else known.stages:
        region = stage.region or "elsewhere"
        yield _property(f"stage:{region}", str(stage.stage))
        for name, day in dated(stage):
            yield _property(f"{name.lower().replace(' ', '-')}-date:{region}", str(day))


def _occurrences(model: str, uses: Iterable[tuple[Reference, Candidate]]) -> list[Occurrence]:
    """The locations of use; the location where the model is written is their context."""
    found = set()
    for reference, candidate in uses:
        location = reference.location or candidate.written_at
        file, line = (reference.input, 0) if location is None else (location.file, location.line)
        written = "" if candidate.written_at is None else f"written at {candidate.written_at}"
        found.add((printable(file), line, printable(named(reference)), printable(written)))
    return [
        Occurrence(
            # The library sorts by it; without it, the order is not fixed.
            bom_ref=f"{model}:{number:06}",
            location=file,
            line=line or None,
            symbol=symbol,
            additional_context=written or None,
        )
        for number, (file, line, symbol, written) in enumerate(sorted(found), start=1)
    ]


def _property(name: str, value: str) -> Property:
    return Property(name=f"{_PREFIX}:{name}", value=printable(value))
