"""Computed attributes of data sources and resources, as far as they follow from the arguments and the provider.

A row maps (type, attribute) to a function. All other attributes come from outside the code.
"""

import re
from collections.abc import Callable, Mapping
from typing import Protocol

from checker.frontends.terraform.configuration import bodies
from checker.frontends.terraform.configuration.declarations import MANAGED, Declaration, ResourceKey
from checker.frontends.terraform.configuration.outside import Outside
from checker.frontends.terraform.configuration.policy_document import policy_json
from checker.frontends.terraform.configuration.providers import ProviderConfiguration, as_region, provider_key
from checker.frontends.terraform.configuration.scope import Scope
from checker.frontends.terraform.functions import FUNCTIONS
from checker.frontends.terraform.functions.calling import Call
from checker.values import Alternative, Atom, Cause, Given, List, Map, Null, Shape, Text, Unknown, Value
from checker.values.operations import after, assume, concat, each_of, flat_map, known, text, unknown


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
