"""The JSON of `data "aws_iam_policy_document"`, as the provider makes it."""

from typing import Protocol

from checker.frontends.terraform.configuration import bodies
from checker.frontends.terraform.configuration.declarations import Declaration
from checker.frontends.terraform.configuration.elements import elements
from checker.frontends.terraform.configuration.scope import Scope
from checker.frontends.terraform.functions.decoding import decode_json
from checker.values import Absent, Alternative, Json, List, Map, Null, Text, Unknown, Value
from checker.values.operations import after, assume, index, known, one_of, text, within


class PolicyDocument(Protocol):
    """The data source as far as its document needs it."""

    @property
    def address(self) -> str:
        """Its address."""

    @property
    def declared(self) -> Declaration:
        """Its block."""

    @property
    def scope(self) -> Scope:
        """The scope of its body."""

    def argument(self, name: str) -> Value | None:
        """An argument as written."""


def policy_json(source: PolicyDocument) -> Value:
    """The document as lazy JSON: first the statements of source documents, last the overriding ones.

    A statement of an overriding document replaces the one with the same `sid`.
    """
    body = source.declared.block.body
    statements: list[Value] = []
    rest: list[Alternative] = []
    for name in ("source_json", "source_policy_documents"):
        _include(source.argument(name), statements, rest)
    own = bodies.blocks(body, "statement", source.scope) if "statement" in bodies.block_types(body) else ()
    for alternative in own:
        assert isinstance(alternative.atom, List)
        for item in elements(alternative) or ():
            made = tuple(_statement(one) for one in item.value)
            if item.repeated or len(own) > 1:
                rest.extend(_under(made, alternative))
            else:
                statements.append(made)
    added: list[Value] = []
    for name in ("override_json", "override_policy_documents"):
        _include(source.argument(name), added, rest)
    for statement in added:
        sid = _sid(statement)
        location = next((n for n, other in enumerate(statements) if sid and _sid(other) == sid), None)
        if location is None:
            statements.append(statement)
        else:
            statements[location] = statement
    entries: dict[str, Value] = {"Version": source.argument("version") or text("2012-10-17")}
    identifier = source.argument("policy_id")
    if identifier is not None and not all(isinstance(one.atom, Null) for one in identifier):
        entries["Id"] = identifier
    entries["Statement"] = known(List(tuple(statements), tuple(rest)))
    return known(Json(known(Map(entries))))


def _under(value: Value, holder: Alternative) -> Value:
    return assume(value, holder.given)


def _sid(statement: Value) -> str | None:
    if len(statement) == 1 and isinstance(statement[0].atom, Map):
        sid = statement[0].atom.entries.get("Sid", ())
        if len(sid) == 1 and isinstance(sid[0].atom, Text):
            return sid[0].atom.plain
    return None


def _include(documents: Value | None, statements: list[Value], rest: list[Alternative]) -> None:
    """Adds the statements of whole documents, given as JSON or a list of it."""
    for holder in documents or ():
        items = [(holder,)] if not isinstance(holder.atom, List) else [item.value for item in elements(holder) or ()]
        certain = len(documents or ()) == 1 and not (isinstance(holder.atom, List) and holder.atom.rest)
        for item in items:
            for one in item:
                if isinstance(one.atom, Null | Absent) or (isinstance(one.atom, Text) and one.atom.plain == ""):
                    continue
                for document in decode_json((one,), "policy document"):
                    found = _statements(document)
                    if found is not None and certain and len(item) == 1 and not found.rest:
                        statements.extend(found.items)
                    elif found is not None:
                        rest.extend(_under(tuple(a for value in (*found.items, found.rest) for a in value), document))
                    else:
                        rest.append(document)


def _statements(document: Alternative) -> List | None:
    if not isinstance(document.atom, Map):
        return None
    found = document.atom.entries.get("Statement", ())
    if len(found) != 1:
        return None
    match found[0].atom:
        case List() as statements:
            return statements
        case Map():
            return List((found,))
        case _:
            return None


_TEXT_LISTS = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}


def _statement(block: Alternative) -> Alternative:
    """A `statement` block as a statement of the document."""
    atom = block.atom
    if not isinstance(atom, Map):
        return block
    entries: dict[str, Value] = {}
    sid = atom.entries.get("sid")
    if sid is not None and not all(isinstance(one.atom, Null) for one in sid):
        entries["Sid"] = sid
    entries["Effect"] = _or_default(atom.entries.get("effect"), text("Allow"))
    for name, written in _TEXT_LISTS.items():
        value = atom.entries.get(name)
        if value is not None and not all(_is_empty(one) for one in value):
            entries[written] = _one_or_many(value)
    for name, written in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        if name in atom.entries:
            entries[written] = _pairs(atom.entries[name], "type", "identifiers")
    if "condition" in atom.entries:
        entries["Condition"] = _conditions(atom.entries["condition"])
    return block._replace(atom=Map(entries, atom.rest))


def _or_default(value: Value | None, default: Value) -> Value:
    if value is None:
        return default
    return one_of([default if isinstance(one.atom, Null) else (one,) for one in value], "effect")


def _is_empty(one: Alternative) -> bool:
    return isinstance(one.atom, Null) or (isinstance(one.atom, List) and not one.atom.items and not one.atom.rest)


def _one_or_many(value: Value) -> Value:
    """A list with one element is written as that element. The block writes `&{name}` for `${name}`."""
    result: list[Alternative] = []
    for one in value:
        match one.atom:
            case List((single,), ()):
                result.extend(after(_policy_variables(single), *one.trail))
            case List(items, rest):
                made = List(tuple(map(_policy_variables, items)), _policy_variables(rest))
                result.append(one._replace(atom=made))
            case _:
                result.append(one)
    return tuple(result)


def _policy_variables(value: Value) -> Value:
    result = []
    for one in value:
        if isinstance(one.atom, Text) and "&{" in one.atom.marked():
            pieces = tuple(
                piece if isinstance(piece, Unknown) else piece._replace(text=piece.text.replace("&{", "${"))
                for piece in one.atom.pieces
            )
            one = one._replace(atom=Text(pieces))
        result.append(one)
    return tuple(result)


def _pairs(blocks: Value, name: str, values: str) -> Value:
    """Blocks of a name and a list as one object; unknown names go into its rest."""
    result: list[Alternative] = []
    for holder in blocks:
        entries: dict[str, Value] = {}
        rest: list[Alternative] = []
        for item in elements(holder) or ():
            key = index(item.here, text(name), name)
            content = within(_one_or_many(index(item.here, text(values), values)), item.value, values)
            written = key[0].atom.plain if len(key) == 1 and isinstance(key[0].atom, Text) else None
            if written is None or item.repeated:
                rest.extend(content)
            elif written == "*":
                return text("*")
            elif written in entries:
                rest.extend(content)
            else:
                entries[written] = content
        result.append(holder._replace(atom=Map(entries, tuple(rest))))
    return tuple(result)


def _conditions(blocks: Value) -> Value:
    """`condition` blocks as `{test: {variable: values}}`."""
    result: list[Alternative] = []
    for holder in blocks:
        tests: dict[str, dict[str, Value]] = {}
        rest: list[Alternative] = []
        for item in elements(holder) or ():
            test, variable = (
                found[0].atom.plain if len(found) == 1 and isinstance(found[0].atom, Text) else None
                for found in (index(item.here, text("test"), "test"), index(item.here, text("variable"), "variable"))
            )
            content = within(_one_or_many(index(item.here, text("values"), "values")), item.value, "values")
            if test is None or variable is None or item.repeated:
                rest.extend(known(Map({}, content)))
            else:
                tests.setdefault(test, {})[variable] = content
        made = {test: known(Map(variables)) for test, variables in tests.items()}
        result.append(holder._replace(atom=Map(made, tuple(rest))))
    return tuple(result)
