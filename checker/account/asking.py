"""Calls AWS's API, and follows the pages of a list."""

from collections.abc import Iterator, Mapping
from typing import Any

# The member of the input that asks for the next page: the member of the answer that gives its value.
TOKENS = {
    "nextToken": "nextToken",
    "NextToken": "NextToken",
    "Marker": "NextMarker",
    "PaginationToken": "PaginationToken",
}
_LARGEST_PAGE = 100


class AnswerError(Exception):
    """An answer does not fit the operation; the message says why."""


def ask(client: Any, operation: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer of one call. Raises what botocore raises, and AnswerError if the service did not write the answer."""
    names = {wire: method for method, wire in client.meta.method_to_api_mapping.items()}
    if operation not in names:
        raise AnswerError("the installed botocore does not know the operation; update boto3")
    answer = getattr(client, names[operation])(**_with_page_size(client, operation, arguments))
    if not isinstance(answer, Mapping):
        raise AnswerError("the service did not send this answer")
    kind = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("content-type", "")
    # botocore reads the web page of a proxy as an answer without members.
    if "html" in kind and not answer.keys() - {"ResponseMetadata"}:
        raise AnswerError(f"the answer is of type {kind}, so the service did not send it (a proxy's page?)")
    return answer


def pages(client: Any, operation: str, arguments: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The answers of a call, one per page. Raises as `ask` does."""
    following: Mapping[str, Any] = arguments
    while True:
        answer = ask(client, operation, following)
        yield answer
        token = next_page(answer, following)
        if not token:
            return
        following = {**arguments, **token}


def next_page(answer: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The argument that asks for the next page; empty if there is none. Raises AnswerError if it is the same page."""
    for name, told in TOKENS.items():
        token = answer.get(told)
        if token:
            if arguments.get(name) == token:
                raise AnswerError(f"the list gives the same {told} twice")
            return {name: token}
    return {}


def _with_page_size(client: Any, operation: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with the largest page size that is allowed, so that fewer calls are needed."""
    shape = client.meta.service_model.operation_model(operation).input_shape
    for name in ("maxResults", "MaxResults", "MaxItems", "ResourcesPerPage"):
        member = None if shape is None else shape.members.get(name)
        if member is not None and name not in arguments and "max" in member.metadata:
            return {**arguments, name: min(member.metadata["max"], _LARGEST_PAGE)}
    return dict(arguments)
