"""Checks the shape of a template, which truncated files often violate."""

import re
from collections.abc import Collection, Iterator

from checker.source import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.source.validation import did_you_mean

# What the CDK writes for the value of an SSM parameter that it could not look up (`StringParameter.valueFromLookup`,
# aws-cdk-lib 2.276.0); its name follows.
STAND_IN = "dummy-value-for-"

# A macro or an intrinsic replaces the whole node in which it is.
_MAKES_IT = "Fn::"
# SAM, and Fn::GetAZs, accept null.
_WITHOUT_NULL = "AWS::Bedrock"
# Types with required properties that may name a model: without properties, the file was truncated before them.
_WITH_PROPERTIES = (
    "AWS::Bedrock",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::Function",
    "AWS::SSM::Parameter",
    "AWS::StepFunctions::StateMachine",
)
# The names of types and properties, by the meta-schema of resource providers (`propertyNames`, read 2026-11-30).
_TYPE = re.compile(r"AWS(?:::[A-Za-z0-9]+){2}(?:::MODULE)?|(?!(?i:AWS)::)[^:]*(?:::[^:]+)*")
_PROPERTY = re.compile(r"[A-Za-z0-9]+")
_LOGICAL_ID = re.compile(r"[A-Za-z0-9]+")

# Its properties are what the function behind it takes.
_CUSTOM = "AWS::CloudFormation::CustomResource"
# The attributes of a resource; the last two are SAM's. CloudFormation takes `Description` and `Version`, too, of which
# its documentation says nothing (https://github.com/aws/aws-cdk/pull/10522).
ATTRIBUTES = frozenset({
    "Type", "Properties", "Metadata", "DependsOn", "Condition", "CreationPolicy", "DeletionPolicy", "UpdatePolicy",
    "UpdateReplacePolicy", "Description", "Version", "Connectors", "IgnoreGlobals",
})  # fmt: skip
ATTRIBUTES_OF_PARAMETERS = frozenset({
    "AllowedPattern", "AllowedValues", "ConstraintDescription", "Default", "Description", "MaxLength", "MaxValue",
    "MinLength", "MinValue", "NoEcho", "Type",
})  # fmt: skip
ATTRIBUTES_OF_OUTPUTS = frozenset({"Condition", "Description", "Export", "Value"})
# CloudFormation User Guide, "Template sections", and SAM's, read 2026-11-30; `Hooks` is of CodeDeploy's.
SECTIONS = frozenset({
    "AWSTemplateFormatVersion", "Conditions", "Description", "Globals", "Hooks", "Mappings", "Metadata", "Outputs",
    "Parameters", "Resources", "Rules", "Transform", "Fn::Transform",
})  # fmt: skip


def faults_of(resource: Node, location: Location, *, has_macros: bool = False) -> Iterator[tuple[Location, str]]:
    """The faults in the body of a resource that is written at `location`, each with its own location.

    A template that `has_macros` with unknown effect may have attributes that these use.
    """
    if _is_made(resource):
        return
    if not isinstance(resource, MappingNode):
        yield location, "is no object with a type"
        return
    kind = resource.get("Type")
    if not (isinstance(kind, ScalarNode) and kind.value) and not _is_made(kind):
        yield location, "has no type"
    written = str(getattr(kind, "value", ""))
    if not is_name_of_a_type(written):
        yield location, f"has the type {written}, which is the name of none"
    for key, value in () if has_macros or written.endswith("::MODULE") else resource.entries:
        name = str(key.value)
        # SAM ignores unknown attributes, such as a description.
        is_passed_over = written.startswith("AWS::Serverless::") and isinstance(value, ScalarNode)
        if name not in ATTRIBUTES and not name.startswith(_MAKES_IT) and not is_passed_over:
            close = did_you_mean(name, ATTRIBUTES).removeprefix("; ")
            hint = f" ({close})" if "mean" in close else ""
            yield key.location, f"has the attribute {name}, which resources do not have{hint}"
    properties = resource.get("Properties")
    if properties is None:
        if not has_macros and needs_properties(written):
            yield location, f"has no properties, which {written} needs"
        return
    if _is_made(properties):
        return
    if not isinstance(properties, MappingNode):
        yield properties.location, "has properties that are no object"
        return
    for key, _ in properties.entries if written.startswith("AWS::") and written != _CUSTOM else ():
        name = str(key.value)
        if _PROPERTY.fullmatch(name) is None and not name.startswith(_MAKES_IT):
            yield key.location, f"has the property {name!r}, which is the name of none"
    if lacks_definition(written, [str(key.value) for key, _ in properties.entries]):
        yield location, "has no definition, so that what it calls was not checked"
    if written.startswith(_WITHOUT_NULL):
        yield from _nulls(properties)


def lacks_definition(kind: str, properties: Collection[str]) -> bool:
    """True if a resource with these properties is a state machine without any definition."""
    is_machine = kind.startswith("AWS::") and kind.endswith("::StateMachine")
    return is_machine and not any(name.startswith(("Definition", _MAKES_IT)) for name in properties)


def may_be_a_stack(template: Node) -> bool:
    """True if a document may be the template of a stack, which need not have resources."""
    if not isinstance(template, MappingNode):
        return False
    return not template.entries or any(key.value in SECTIONS for key, _ in template.entries)


def faults_of_sections(template: MappingNode) -> Iterator[tuple[Location, str]]:
    """The faults outside the resources of a template, each with its location, such as a misplaced line.

    A macro may use some of it.
    """
    for key, section in template.entries:
        name = str(key.value)
        if name not in SECTIONS and (isinstance(section, MappingNode) or name.startswith(_MAKES_IT)):
            yield key.location, f"A template has no section {name!r}, so that what it says was not checked"
    for key, _ in (*_entries(template, "Parameters"), *_entries(template, "Resources")):
        if not may_be_logical_id(str(key.value)):
            yield key.location, f"{key.value!r} is no logical id: these have letters and digits only"
    yield from _unknown_attributes(template, "Parameters", "parameter", ATTRIBUTES_OF_PARAMETERS)
    for key, parameter in _entries(template, "Parameters"):
        if isinstance(parameter, MappingNode) and not _is_made(parameter):
            # If it is misspelt, it is one of the unknown attributes.
            names = {str(attribute.value) for attribute, _ in parameter.entries}
            if "Type" not in names and names <= ATTRIBUTES_OF_PARAMETERS:
                yield key.location, f"The parameter {key.value} has no type"
    yield from _unknown_attributes(template, "Outputs", "output", ATTRIBUTES_OF_OUTPUTS)
    for key, condition in _entries(template, "Conditions"):
        if not _is_made(condition) and not (isinstance(condition, MappingNode) and len(condition.entries) == 1):
            yield key.location, f"The condition {key.value} is no call of a function"
    for key, mapping in _entries(template, "Mappings"):
        for upper, entries in mapping.entries if isinstance(mapping, MappingNode) else ():
            if (
                not isinstance(entries, MappingNode)
                and not _is_made(entries)
                and not str(upper.value).startswith(_MAKES_IT)
            ):
                yield upper.location, f"The mapping {key.value} has no keys below {upper.value}"
            for lower, value in entries.entries if isinstance(entries, MappingNode) and not _is_made(entries) else ():
                is_plain = isinstance(value, SequenceNode) or (
                    isinstance(value, ScalarNode) and value.value is not None
                )
                if not is_plain or value.tag is not None:
                    path = f"{upper.value}.{lower.value}"
                    yield lower.location, f"The mapping {key.value} has neither a text nor a list as {path}"


def _unknown_attributes(
    template: MappingNode, section: str, what: str, known: frozenset[str]
) -> Iterator[tuple[Location, str]]:
    for key, body in _entries(template, section):
        for attribute, _ in body.entries if isinstance(body, MappingNode) and not _is_made(body) else ():
            if attribute.value not in known:
                yield (
                    attribute.location,
                    f"The {what} {key.value} has the attribute {attribute.value}, which there is not",
                )


def _entries(template: MappingNode, section: str) -> Iterator[tuple[ScalarNode, Node]]:
    written = template.get(section)
    for key, body in written.entries if isinstance(written, MappingNode) else ():
        if not str(key.value).startswith(_MAKES_IT):
            yield key, body


def may_be_logical_id(name: str) -> bool:
    """True if a name, of which a part may be unknown (`⟨var.name⟩Agent`), may be that of a resource or a parameter."""
    return "⟨" in name or _LOGICAL_ID.fullmatch(name) is not None


def is_name_of_a_type(written: str) -> bool:
    """True if the value of `Type` may be the name of a type."""
    return _TYPE.fullmatch(written) is not None


def needs_properties(kind: str) -> bool:
    """True if a resource of a type that may name a model must have properties."""
    return kind.startswith(_WITH_PROPERTIES)


def _nulls(node: Node) -> Iterator[tuple[Location, str]]:
    pending = [("", node)]
    while pending:
        path, one = pending.pop()
        match one:
            case MappingNode(entries):
                pending += [(f"{path}.{key.value}" if path else str(key.value), value) for key, value in entries]
            case SequenceNode(items):
                pending += [(f"{path}[]", item) for item in items]
            case ScalarNode(None, tag=None):
                yield one.location, f"has null as {path}"


def _is_made(node: Node | None) -> bool:
    if node is None:
        return False
    if node.tag is not None:
        return True
    return isinstance(node, MappingNode) and any(str(key.value).startswith(_MAKES_IT) for key, _ in node.entries)
