"""Removes grants that a policy repeats from a policy document; they stay where they are written."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from checker.extract.candidates import ORDER, Context
from checker.extract.iam import POLICY_DOCUMENT
from checker.extract.properties import select, without_numbers
from checker.immutable import immutable
from checker.model.reference import Candidate, Reference, Role
from checker.model.resource import Change, Framework, Resource
from checker.values import Json, Text
from checker.values.operations import to_json_text


def without_copies(context: Context, references: Sequence[Reference]) -> Iterator[Reference]:
    """The references without the grants of policies whose value comes from a policy document of the same input.

    The document already has them, at the line where they are written. In a plan, the document is caused by the resource
    that uses it.
    """
    documents = [reference for reference in references if reference.resource_type == POLICY_DOCUMENT]
    if not documents:
        yield from references
        return
    made = _Documents.of(context, documents)
    copies = {reference.id: of for reference in references if (of := made.copied(context, reference))}
    brought: dict[str, Reference] = {}
    for reference in references:
        for document in copies.get(reference.id, ()):
            known = brought.get(document)
            if known is None or _UNTOUCHED.get(known.change, 2) < _UNTOUCHED.get(reference.change, 2):
                brought[document] = reference
    for reference in references:
        by = brought.get(reference.id)
        if by is not None and reference.change is Change.READ:
            yield reference._replace(change=by.change, models_before=by.models_before)
        elif reference.id not in copies:
            yield reference


# How much a plan changes a resource; an unknown change counts as the largest.
_UNTOUCHED: Mapping[Change | None, int] = {Change.NO_OP: 0, Change.READ: 0, Change.FORGET: 0, Change.UPDATE: 1}


@immutable
class _Documents:
    """The grants of the policy documents of an input, with the ids of their references, and their statements."""

    grants: Mapping[tuple[object, ...], Sequence[tuple[Candidate | None, str]]]
    statements: frozenset[str]

    @classmethod
    def of(cls, context: Context, references: Sequence[Reference]) -> "_Documents":
        grants: dict[tuple[object, ...], list[tuple[Candidate | None, str]]] = {}
        for reference in references:
            for key, candidate in _written(reference):
                grants.setdefault(key, []).append((candidate, reference.id))
        made = {reference.address for reference in references if reference.framework is not Framework.TERRAFORM}
        return cls(grants, frozenset(each for name in made for each in _statements(context.resources[name], "json")))

    def copied(self, context: Context, reference: Reference) -> Sequence[str]:
        """The ids of the references to the same grants in documents; empty unless the value is made from them."""
        if reference.site.role is not Role.GRANT or reference.resource_type == POLICY_DOCUMENT:
            return ()
        located = reference.framework is Framework.TERRAFORM
        if not located:
            # A plan and a state do not tell the origin of a policy, only that it is equal.
            location = without_numbers(reference.path).partition(".Statement")[0]
            own = _statements(context.resources[reference.address], location)
            if not own or not self.statements.issuperset(own):
                return ()
        found: list[str] = []
        for key, mine in _written(reference):
            originals = [
                name
                for other, name in self.grants.get(key, ())
                if mine is None or (other is not None and _is_original(other, mine, located=located))
            ]
            if not originals:
                return ()
            found += originals
        return found


def _is_original(original: Candidate, copy: Candidate, *, located: bool) -> bool:
    if located and copy.trail[: len(original.trail)] != original.trail:
        return False
    return ORDER[original.certainty] <= ORDER[copy.certainty]


def _statements(resource: Resource, path: str) -> list[str]:
    """The normalized statements of the policies at a path of a resource."""
    found: list[str] = []
    for one in select(resource.properties, path):
        atom = one.alternative.atom
        for alternative in to_json_text(atom.value) if isinstance(atom, Json) else (one.alternative,):
            plain = alternative.atom.plain if isinstance(alternative.atom, Text) else None
            with suppress(ValueError, RecursionError, AttributeError):
                statements = json.loads(plain or "").get("Statement")
                listed = statements if isinstance(statements, list) else [statements]
                found += [json.dumps(statement, sort_keys=True) for statement in listed]
    return found


def _written(reference: Reference) -> Iterator[tuple[tuple[object, ...], Candidate | None]]:
    """The grant and its location; a plan and a state do not tell the location."""
    located = reference.framework is Framework.TERRAFORM
    for candidate in reference.candidates:
        yield (candidate.text, candidate.written_at if located else None), candidate
    if reference.unresolved is not None:
        yield (reference.unresolved,), None
