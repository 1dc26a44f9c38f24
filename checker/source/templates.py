"""Tells from the name and the bytes of a file, without parsing, whether it may be a CloudFormation template."""

import re

_SUFFIXES = (".yaml", ".yml", ".json", ".template", ".cfn", ".cform")
# A file with one of these suffixes is a template only if it begins like one.
_TEXTS = (".txt", ".cft", ".sam")
_BEGINNING = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\r\n]*|---[ \t]*)?\r?\n)*[\s\"'{]*"
    rb"(?:AWSTemplateFormatVersion|Conditions|Description|Globals|Mappings|Metadata|Parameters|Resources|Transform)\b"
)
_ESCAPE = re.compile(rb"\\(?:u00|U000000|x)([0-7][0-9A-Fa-f])")
_TYPE = b"AWS::"
# A resource at the top of a file, whose section Resources is lost.
_LOOSE_RESOURCE = re.compile(
    rb"(?m)^(?:[\"']?\w+[\"']?:[ \t]*(?:#[^\r\n]*)?\r?\n[ \t]+(?:\w+:[^\r\n]*\r?\n[ \t]+)?|\s*\{\s*\"\w+\"\s*:\s*\{\s*)"
    rb"[\"']?Type[\"']?\s*:\s*[\"']?AWS::"
)


def is_template_name(name: str) -> bool:
    """True if templates have such names; case does not count."""
    return name.lower().endswith((*_SUFFIXES, *_TEXTS))


def may_be_template(content: bytes, name: str = "") -> bool:
    """True if a file may be a template, or was meant as one: its section of resources may be misspelt or missing."""
    # UTF-16 has a zero after each letter; the frontend refuses it without its byte order mark.
    plain = content.replace(b"\0", b"") if b"\0" in content else content
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
