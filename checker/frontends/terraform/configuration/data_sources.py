"""Computed attributes of data sources and resources, as far as they follow from the arguments and the provider.

A row maps (type, attribute) to a function. All other attributes come from outside the code.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from checker.frontends.terraform.configuration import bodies
from checker.frontends.terraform.configuration.declarations import MANAGED, Declaration, ResourceKey
from checker.frontends.terraform.configuration.elements import elements
from checker.frontends.terraform.configuration.outside import Outside
from checker.frontends.terraform.configuration.providers import ProviderConfiguration, as_region, provider_key
from checker.frontends.terraform.configuration.scope import Scope
from checker.frontends.terraform.functions import FUNCTIONS
from checker.frontends.terraform.functions.calling import Call
from checker.frontends.terraform.functions.decoding import decode_json
from checker.values import Absent, Alternative, Atom, Cause, Given, Json, List, Map, Null, Shape, Text, Unknown, Value
from checker.values.operations import (
    after,
    assume,
    concat,
    each_of,
    flat_map,
    index,
    known,
    one_of,
    text,
    unknown,
    within,
)

# The JSON of `data "aws_iam_policy_document"`, as the provider makes it.


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


# Computed attributes of data sources and resources, as far as they follow from the arguments and the provider.


class DataSource(Protocol):
    """A data source instance as the rows see it."""

    @property
    def key(self) -> ResourceKey:
        """Its key in its module."""

    @property
    def declared(self) -> Declaration:
        """Its block."""

    @property
    def address(self) -> str:
        """Its address."""

    @property
    def scope(self) -> Scope:
        """The scope of its body."""

    @property
    def provider(self) -> ProviderConfiguration | None:
        """The provider configuration of the data source."""

    @property
    def region(self) -> Value:
        """The Region of that configuration, or of the environment."""

    @property
    def presence(self) -> tuple[Given, ...]:
        """The assumptions under which it exists, one entry for each way."""

    @property
    def outside(self) -> Outside:
        """What its root can know of the outside."""

    def argument(self, name: str) -> Value | None:
        """An argument as written."""

    def computed(self, name: str) -> Value:
        """An attribute that only the provider knows."""


def region_of(source: DataSource) -> Value:
    """The Region of a data source: its own, or that of its provider configuration.

    An unknown one is each of those that the user names, if any.
    """
    written = source.argument("region")
    kept = tuple(one for one in written or () if not isinstance(one.atom, Null))
    found: list[Alternative] = []
    for one in as_region(kept) if kept else source.region:
        named = source.outside.regions if isinstance(one.atom, Unknown) else ()
        if isinstance(one.atom, Unknown) and named:
            value = text(named[0]) if len(named) == 1 else each_of(named, one.atom.identity)
            found += after(assume(value, one.given), *one.trail)
        else:
            found.append(one)
    return tuple(found)


def _region_name(source: DataSource) -> Value:
    written = source.argument("name")
    return as_region(written) if written is not None else region_of(source)


_PARTITIONS = (
    (re.compile(r"us-gov-"), "aws-us-gov", "amazonaws.com"),
    (re.compile(r"cn-"), "aws-cn", "amazonaws.com.cn"),
    (re.compile(r"us-iso-"), "aws-iso", "c2s.ic.gov"),
    (re.compile(r"us-isob-"), "aws-iso-b", "sc2s.sgov.gov"),
    (re.compile(r"eu-isoe-"), "aws-iso-e", "cloud.adc-e.uk"),
    (re.compile(r"us-isof-"), "aws-iso-f", "csp.hci.ic.gov"),
    (re.compile(r"eusc-"), "aws-eusc", "amazonaws.eu"),
    (re.compile(r"[a-z]{2}-[a-z]+-\d+\Z"), "aws", "amazonaws.com"),
)


def _partition(source: DataSource) -> Value:
    def of_region(atoms: object) -> Atom:
        atom = atoms[0]  # type: ignore[index]
        region = atom.plain if isinstance(atom, Text) else None
        for pattern, partition, _ in _PARTITIONS:
            if region is not None and pattern.match(region):
                return text(partition)[0].atom
        identity = f"partition of provider {provider_key(source.provider, source.key.type)}"
        return Unknown(Cause.EXTERNAL_DATA, "AWS partition", identity, shape=Shape.PARTITION)

    return flat_map([region_of(source)], of_region, "partition", unknowns=True)


def _dns_suffix(source: DataSource) -> Value:
    def of_region(atoms: object) -> Atom:
        atom = atoms[0]  # type: ignore[index]
        region = atom.plain if isinstance(atom, Text) else None
        for pattern, _, suffix in _PARTITIONS:
            if region is not None and pattern.match(region):
                return text(suffix)[0].atom
        subject = f"{source.address}.dns_suffix"
        return Unknown(Cause.EXTERNAL_DATA, subject, subject)

    return flat_map([region_of(source)], of_region, "dns_suffix", unknowns=True)


def _account(source: DataSource) -> Value:
    return unknown(
        Cause.EXTERNAL_DATA,
        "AWS account",
        identity=f"account of provider {provider_key(source.provider, source.key.type)}",
        shape=Shape.ACCOUNT,
    )


def _model_arn(source: DataSource) -> Value:
    """The ARN of a foundation model; the argument may already be one."""
    parts = [text("arn:"), _partition(source), text(":bedrock:"), region_of(source), text("::foundation-model/")]
    return _arn(source, "model_id", parts, "model_arn")


def _profile_arn(source: DataSource) -> Value:
    """The ARN of an inference profile. Ids of profiles that an account makes contain no dots."""

    def kind(identifier: Text) -> str | None:
        if "." in identifier.marked():
            return "inference-profile"
        return None if identifier.holes else "application-inference-profile"

    argument = source.argument("inference_profile_id")
    if argument is None:
        return source.computed("inference_profile_arn")
    result: list[Alternative] = []
    for one in argument:
        name = kind(one.atom) if isinstance(one.atom, Text) else None
        if name is None:
            atom = one.atom.derived(f"arn({one.atom.identity})") if isinstance(one.atom, Unknown) else None
            result.extend([one._replace(atom=atom)] if atom else source.computed("inference_profile_arn"))
            continue
        parts = [text("arn:"), _partition(source), text(":bedrock:"), region_of(source), text(":")]
        parts += [_account(source), text(f":{name}/")]
        result.extend(_arn_of((one,), parts, source.address))
    return tuple(result)


def _arn(source: DataSource, name: str, before: list[Value], attribute: str) -> Value:
    argument = source.argument(name)
    return source.computed(attribute) if argument is None else _arn_of(argument, before, source.address)


def _arn_of(identifier: Value, before: list[Value], subject: str) -> Value:
    result: list[Alternative] = []
    for one in identifier:
        if isinstance(one.atom, Text) and one.atom.marked().startswith("arn:"):
            result.append(one)
        else:
            result.extend(concat([*before, (one,)], subject))
    return tuple(result)


def _part_of_arn(name: str, source: DataSource) -> Value:
    arn = source.argument("arn")
    if arn is None:
        return source.computed(name)
    call = Call("provider::aws::arn_parse", (arn,), source.declared.block.location, source.scope)
    return index(FUNCTIONS[call.name](call), text(name), f"{source.address}.{name}")


def _output(source: DataSource) -> Value:
    """`terraform_data` outputs its input."""
    return source.argument("input") or known(Null())


def _cloud_init(source: DataSource) -> Value:
    """The parts, joined, compressed and encoded: the instance that gets them runs them."""
    body = source.declared.block.body
    if "part" not in bodies.block_types(body):
        return source.computed("rendered")
    parts = bodies.blocks(body, "part", source.scope)
    subject = f"{source.address}.rendered"
    return known(Unknown(Cause.EXTERNAL_DATA, subject, subject, content=parts))


def _template(source: DataSource) -> Value:
    template = source.argument("template")
    if template is None:
        return source.computed("rendered")
    variables = source.argument("vars") or known(Map({}))
    location = source.declared.block.location
    return FUNCTIONS["templatestring"](Call("templatestring", (template, variables), location, source.scope))


def _stored(source: DataSource) -> Value:
    """The value of an SSM parameter. A resource has it under both names, as its provider does."""
    computed = source.computed("value")
    if source.key.mode == MANAGED:
        written = (source.argument(name) for name in ("value", "insecure_value"))
        return next((value for value in written if value is not None), computed)
    name = source.argument("name") or source.argument("arn")
    return computed if name is None else source.outside.parameter(source, name, computed)


def _stored_below(source: DataSource) -> Value:
    path, computed = source.argument("path"), source.computed("values")
    if path is None:
        return computed
    return known(List((), source.outside.parameters_below(source, path, computed)))


def _exported(source: DataSource) -> Value:
    name, computed = source.argument("name"), source.computed("value")
    return computed if name is None else source.outside.exported(source, name, computed)


def _outputs(source: DataSource) -> Value:
    computed = source.computed("outputs")
    if source.key.mode == MANAGED:
        return source.outside.outputs(source, computed)
    name = source.argument("name")
    return computed if name is None else source.outside.outputs_by_name(source, name, computed)


COMPUTED: Mapping[tuple[str, str], Callable[[DataSource], Value]] = {
    ("aws_region", "name"): _region_name,
    ("aws_region", "id"): _region_name,
    ("aws_region", "region"): _region_name,
    ("aws_partition", "partition"): _partition,
    ("aws_partition", "id"): _partition,
    ("aws_partition", "dns_suffix"): _dns_suffix,
    ("aws_caller_identity", "account_id"): _account,
    ("aws_caller_identity", "id"): _account,
    **{("aws_arn", name): partial(_part_of_arn, name) for name in ("partition", "service", "region", "resource")},
    ("aws_arn", "account"): partial(_part_of_arn, "account_id"),
    ("aws_bedrock_foundation_model", "model_arn"): _model_arn,
    ("aws_bedrock_foundation_model", "id"): lambda source: source.argument("model_id") or source.computed("id"),
    ("aws_bedrock_inference_profile", "inference_profile_arn"): _profile_arn,
    ("aws_iam_policy_document", "json"): policy_json,
    ("aws_iam_policy_document", "minified_json"): policy_json,
    ("aws_ssm_parameter", "value"): _stored,
    ("aws_ssm_parameter", "insecure_value"): _stored,
    ("aws_ssm_parameters_by_path", "values"): _stored_below,
    ("aws_cloudformation_export", "value"): _exported,
    ("aws_cloudformation_stack", "outputs"): _outputs,
    ("cloudinit_config", "rendered"): _cloud_init,
    ("template_cloudinit_config", "rendered"): _cloud_init,
    ("template_file", "rendered"): _template,
    ("terraform_data", "output"): _output,
}
