"""What only looks like an id in the resources of an IAM statement."""

from checker.extract.iam import grants
from checker.extract.properties import Found
from checker.values import Alternative, Map, Text, Unknown
from checker.values.atoms import Cause, Piece
from checker.values.operations import known, text


def granted(action: str, *resource: str | Unknown) -> list[str]:
    pieces = tuple(Piece(part) if isinstance(part, str) else part for part in resource)
    statement = known(Map({"Effect": text("Allow"), "Action": text(action), "Resource": (Alternative(Text(pieces)),)}))
    document = Alternative(Map({"Statement": statement}))
    return [
        grant.reference.base or ""
        for grant in grants(Found("", document), lambda _: False)
        if grant.reference is not None
    ]


BUCKET = Unknown(Cause.INPUT_NOT_SET, "var.bucket_arn", "var.bucket_arn")


def test_a_file_in_a_bucket_is_no_model() -> None:
    assert granted("s3:GetObject", BUCKET, "/index.html") == []
    assert granted("*", "index.html") == []


def test_the_same_form_is_a_model_where_models_are_granted() -> None:
    assert granted("bedrock:InvokeModel", BUCKET, "/acme.new-model-v1") == ["acme.new-model-v1"]
    assert granted("*", "anthropic.claude-v2") == ["anthropic.claude-v2"]
    assert granted("*", "arn:aws:bedrock:*::foundation-model/acme.new-v1") == ["acme.new-v1"]
