"""Rules are described for reports."""

from dataclasses import replace

from checker.policy.load import load_policy
from checker.policy.page import describe
from checker.source.files import Boundary, SourceFiles


def baseline(tmp_path):
    return load_policy(("baseline",), SourceFiles(Boundary(None, allow_outside=True), tmp_path))


def test_every_rule_of_a_pack_is_described(tmp_path):
    policy = baseline(tmp_path)
    described = describe(policy)
    assert [(each.id, each.check, each.severity) for each in described] == [
        (rule.id, rule.check, rule.severity) for rule in policy.rules
    ]
    assert all(each.summary and each.finds and each.matters and each.fix for each in described)


def test_the_source_of_a_check_is_the_link_unless_the_rule_has_its_own(tmp_path):
    policy = baseline(tmp_path)
    rules = (replace(policy.rules[0], docs="https://example.com/moving"), *policy.rules[1:])
    links = {each.id: each.link for each in describe(policy._replace(rules=rules))}
    assert links["eol-reached"] == "https://example.com/moving"
    assert links["legacy-model"] == "https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html"
    assert links["unused-waiver"] is None
