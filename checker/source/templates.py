"""Tells from the name and the bytes of a file, without parsing, whether it may be a CloudFormation template."""

import re

_SUFFIXES = (".yaml", ".yml", ".json", ".template", ".cfn", ".cform")
# A file with one of these suffixes is a template only if it begins like one.
_TEXTS = (".txt", ".cf", ".cft", ".sam")
# Template engines write files from these; people also keep complete templates in them.
ENGINES = (".tmpl", ".tpl", ".j2", ".jinja", ".jinja2", ".erb", ".mustache")
_SECTION = re.compile(rb"(?m)(?:^|[{,])[ \t]*[\"']?(?:AWSTemplateFormatVersion|Resources)[\"']?[ \t]*:")
_OF_ENGINES = re.compile(rb"\{\{(?!resolve:)|\{[%#]|<%|%\{")
_PLACEHOLDER = re.compile(rb"\$\{(?!AWS::|!)")
# A model that is filled in later, as its whole value.
_MODEL_LATER = re.compile(
    rb"(?i)(?<![\w-])[\w-]{0,60}(?:model|inference_?profile)[\w-]{0,60}[\"']?[ \t]*:[ \t]*[\"']?(?:__\w{1,99}__|@@\w+@@"
    rb"|\$\w+|\$\{[^}\n]{0,99}\}|<[^<>\n]{1,99}>|\[\[[^]\n]{0,99}\]\]|\{\{(?!resolve:)[^}\n]{0,99}\}\})[\"']?(?=[\s,}]|\Z)"
)
_BEGINNING = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:\s*(?:#[^\r\n]*|---[ \t]*)\r?\n)*[\s\"'{]*"
    rb"(?:AWSTemplateFormatVersion|Conditions|Description|Globals|Mappings|Metadata|Parameters|Resources|Transform)\b"
)
_ESCAPE = re.compile(rb"\\(?:u00|U000000|x)([0-7][0-9A-Fa-f])")
_TYPE = b"AWS::"
# A resource at the top of a file, whose section Resources is lost.
_LOOSE_RESOURCE = re.compile(
    rb"(?m)^(?:[\"']?\w+[\"']?:[ \t]*(?:#[^\r\n]*)?\r?\n[ \t]+(?:\w+:[^\r\n]*\r?\n[ \t]+)?"
    rb"|[ \t]*\{\s*\"\w+\"\s*:\s*\{\s*)"
    rb"[\"']?Type[\"']?\s*:\s*[\"']?AWS::"
)


def is_template_name(name: str) -> bool:
    """True if templates have such names; case does not count."""
    return name.lower().endswith((*_SUFFIXES, *_TEXTS, *ENGINES))


def has_to_be_rendered(content: bytes, name: str) -> bool | None:
    """Whether an engine has to write a template from a file with one of the endings `ENGINES`; None for other files.

    Without anything to replace, it is complete. `Fn::Sub` has placeholders that no engine replaces.
    """
    if not name.lower().endswith(ENGINES) or _TYPE not in content or _SECTION.search(content) is None:
        return None
    has_placeholders = b"Sub" not in content and _PLACEHOLDER.search(content) is not None
    return has_placeholders or _OF_ENGINES.search(content) is not None or awaits_a_model(content)


def awaits_a_model(content: bytes) -> bool:
    """Whether a template has a placeholder in the place of a model of Bedrock."""
    return b"bedrock" in content.lower() and _MODEL_LATER.search(content) is not None


def may_be_template(content: bytes, name: str = "") -> bool:
    """True if a file may be a template, or was meant as one: its section of resources may be misspelt or missing."""
    # UTF-16 has a zero after each letter; the frontend refuses it without its byte order mark.
    plain = content.replace(b"\0", b"") if b"\0" in content else content
    if name.lower().endswith(ENGINES):
        return has_to_be_rendered(content, name) is False
    if name.lower().endswith(_TEXTS) and (_BEGINNING.match(plain) is None or _TYPE not in plain):
        return False
    if _reads_like_template(plain):
        return True
    # JSON and YAML can write letters as escapes.
    return b"\\" in plain and _reads_like_template(_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), plain))


def _reads_like_template(plain: bytes) -> bool:
    if b"AWSTemplateFormatVersion" in plain or (b"Resources" in plain and b"::" in plain):
        return True
    if _TYPE in plain and b"Properties" in plain and _LOOSE_RESOURCE.search(plain) is not None:
        return True
    return _TYPE in plain and (b"esource" in plain or b"ESOURCE" in plain or b"AWS::Serverless-" in plain)
