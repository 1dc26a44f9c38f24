"""Arguments that name a file whose content is deployed: it is read as if it were written in the code."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from checker.frontends.terraform.hcl.syntax import Attribute, Block, Body, Call

# By type: the argument that names a file, and the one that would hold its content.
_ARGUMENTS: Mapping[str, tuple[str, str]] = {
    "aws_s3_object": ("source", "content"),
    "aws_s3_bucket_object": ("source", "content"),
    "google_storage_bucket_object": ("source", "content"),
    "azurerm_storage_blob": ("source", "source_content"),
    "local_file": ("source", "content"),
}
# Code that may have such an argument.
WORDS = b"|".join([b"provisioner", *(kind.encode() for kind in _ARGUMENTS)])
# What gives the content of a named file; no function of Terraform can be called so.
CONTENT = "content of"
# A larger file is the output of a build, as a rule.
MOST_BYTES = 1 << 20


def with_content(resource: Block) -> Block:
    """The block of a resource, with the content of each file that it names, also in its provisioners."""
    body = resource.body
    if resource.labels[0] in _ARGUMENTS:
        body = _with(body, *_ARGUMENTS[resource.labels[0]])
    if any(block.type == "provisioner" for block in body.blocks):
        body = replace(body, blocks=tuple(map(_provisioner, body.blocks)))
    return resource if body is resource.body else replace(resource, body=body)


def _provisioner(block: Block) -> Block:
    is_file = block.type == "provisioner" and block.labels == ("file",)
    return replace(block, body=_with(block.body, "source", "content")) if is_file else block


def _with(body: Body, name: str, content: str) -> Body:
    made = tuple(_contents(body, name, content))
    return replace(body, attributes=body.attributes + made) if made else body


def _contents(body: Body, name: str, content: str) -> Iterator[Attribute]:
    named = body.get(name)
    if named is not None and body.get(content) is None:
        yield Attribute(content, Call(CONTENT, (named.expression,), False, named.location), named.location)
