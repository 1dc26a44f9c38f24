"""Findings that were accepted when the tool was introduced."""

import json
from datetime import date
from pathlib import Path

import pytest

from checker.adoption import directory_of_roots
from checker.errors import UsageError
from checker.model.settings import Settings
from checker.workspace.baseline import Baseline, KnownFinding, read_baseline, write_baseline

PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\n'
BASELINE = Path("baseline.json")
ENTRY = '{"rule": "r", "fingerprint": "f", "root": ".", "address": "a", "model": "m"'


def test_what_a_baseline_lists_does_not_count(repository, agent, statuses):
    repository.write("main.tf", PROVIDER + agent("old"))
    written = repository.scan(write_baseline=BASELINE)
    assert statuses(written) == {"old:eol-reached": "baseline"}
    # Lines, formatting and the file within the root do not matter.
    repository.write("main.tf", "# comment\n\n" + PROVIDER)
    repository.write("agents.tf", "\n\n" + agent("old").replace("  ", "      ") + agent("new"))
    found = statuses(repository.scan(baseline=BASELINE))
    assert found == {"old:eol-reached": "baseline", "new:eol-reached": "open"}


def test_a_finding_that_gets_worse_is_new(repository, agent, statuses):
    repository.write("main.tf", PROVIDER + agent("chat", "anthropic.test-legacy-v1:0"))
    early = repository.scan(write_baseline=BASELINE, as_of=date(2026, 11, 24))
    assert statuses(early) == {"chat:legacy-model": "baseline"}
    same = repository.scan(baseline=BASELINE, as_of=date(2026, 12, 24))
    assert statuses(same) == {"chat:legacy-model": "baseline"}
    near = repository.scan(baseline=BASELINE, as_of=date(2027, 5, 1))
    assert statuses(near) == {"chat:eol-within-90-days": "open"}
    over = repository.scan(baseline=BASELINE, as_of=date(2027, 6, 1))
    assert statuses(over) == {"chat:eol-reached": "open"}


def test_what_is_written_is_stable_and_says_what_it_is(repository, agent):
    repository.write("b/main.tf", PROVIDER + agent("chat"))
    repository.write("a/main.tf", PROVIDER + agent("chat"))
    repository.scan(write_baseline=BASELINE)
    first = (repository.top / BASELINE).read_text()
    assert [entry["root"] for entry in json.loads(first)["findings"]] == ["a", "b"]
    assert json.loads(first)["findings"][0]["address"] == "aws_bedrockagent_agent.chat"
    repository.scan(write_baseline=BASELINE)
    assert (repository.top / BASELINE).read_text() == first
    assert [file.name for file in repository.top.iterdir() if file.name.endswith(".part")] == []


def test_findings_about_the_run_are_not_written(repository, agent):
    repository.write("main.tf", PROVIDER)
    result = repository.scan(write_baseline=BASELINE, as_of=date(2030, 1, 1))
    assert [(finding.rule, str(finding.status)) for finding in result.findings] == [("stale-catalog", "open")]
    assert json.loads((repository.top / BASELINE).read_text()) == {"version": 2, "findings": []}


def test_what_is_waived_is_not_written(repository, agent):
    waiver = '# bedrock-eol: ignore=eol-reached until=2027-01-01 reason="soon"\n'
    repository.write("main.tf", PROVIDER + waiver + agent())
    repository.scan(write_baseline=BASELINE)
    assert json.loads((repository.top / BASELINE).read_text())["findings"] == []


def test_an_entry_of_a_root_that_is_gone_covers_nothing_else(repository, agent, statuses):
    repository.write("envs/prod/main.tf", PROVIDER + agent())
    repository.scan(write_baseline=BASELINE)
    (repository.top / "envs").rename(repository.top / "live")
    found = repository.scan(baseline=BASELINE)
    assert statuses(found) == {"chat:eol-reached": "open"}
    (problem,) = found.problems
    assert (problem.kind, problem.file, problem.incomplete) == ("unused-baseline", "baseline.json", False)
    assert "eol-reached of aws_bedrockagent_agent.chat in envs/prod" in problem.message


def test_another_root_does_not_take_the_place_of_one_that_is_not_checked(repository, agent, statuses):
    repository.write("dev/main.tf", PROVIDER + agent())
    repository.scan(write_baseline=BASELINE)
    repository.write("prod/main.tf", PROVIDER + agent())
    assert statuses(repository.scan("prod", baseline=BASELINE)) == {"chat:eol-reached": "open"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", r"b\.json:1:2: "),
        ("[]", r"b\.json:1:1: a baseline is an object"),
        ('{"version": 3, "findings": []}', r"b\.json:1:13: the 'version' of a baseline has to be 2"),
        ('{"version": true, "findings": []}', r"b\.json:1:13: the 'version' of a baseline has to be 2"),
        ('{"findings": []}', r"b\.json:1:1: the 'version'"),
        ('{"version": 1}', r"b\.json:1:1: a baseline has a list"),
        ('{"version": 1, "findings": [3]}', r"b\.json:1:29: a finding of a baseline is an object"),
        ('{"version": 1, "findings": [{"rule": 3}]}', r"b\.json:1:29: this finding has no text 'rule'"),
        (
            f'{{"version": 2, "findings": [{ENTRY}, "others": "x"}}]}}',
            r"b\.json:1:29: 'others' of this finding must be",
        ),
        (f'{{"version": 2, "findings": [{ENTRY}, "others": ["x", 3]}}]}}', r"b\.json:1:29: 'others' of this finding"),
        (f'{{"version": 2, "findings": [{ENTRY}, "severity": 3}}]}}', r"b\.json:1:29: the 'severity' of this finding"),
    ],
)
def test_a_file_that_is_no_baseline_is_an_error_with_its_place(tmp_path, text, said):
    (tmp_path / "b.json").write_text(text)
    with pytest.raises(UsageError, match=said):
        read_baseline(Path("b.json"), tmp_path)


def test_a_missing_baseline_says_how_to_write_one(tmp_path):
    with pytest.raises(UsageError, match=r"b\.json: .*; write one with --write-baseline"):
        read_baseline(Path("b.json"), tmp_path)


@pytest.mark.parametrize("is_directory", [True, False])
def test_a_baseline_that_is_there_and_cannot_be_read_is_not_to_be_written_anew(tmp_path, is_directory):
    if is_directory:
        (tmp_path / "b.json").mkdir()
    else:
        (tmp_path / "b.json").symlink_to("b.json")
    with pytest.raises(UsageError, match=r"b\.json: ") as caught:
        read_baseline(Path("b.json"), tmp_path)
    assert "--write-baseline" not in str(caught.value)


@pytest.mark.parametrize(("version", "read"), [(1, 1), (2, 2)])
def test_what_is_written_is_read_back(tmp_path, version, read):
    (tmp_path / "b.json").write_text(f'{{"version": {version}, "findings": [{ENTRY}, "others": ["g", "h"]}}]}}')
    found = read_baseline(Path("b.json"), tmp_path)
    assert found == Baseline((KnownFinding("r", "f", ".", "a", "m", ("g", "h")),), read)
    write_baseline(Path("b.json"), found.entries, tmp_path)
    assert read_baseline(Path("b.json"), tmp_path) == Baseline(found.entries)


def test_a_baseline_that_cannot_be_written_is_an_error(repository, agent):
    repository.write("main.tf", PROVIDER + agent())
    with pytest.raises(
        UsageError, match=r"cannot write the baseline to missing/baseline\.json: No such file or directory"
    ):
        repository.scan(write_baseline=Path("missing/baseline.json"))


def test_what_is_gone_is_told_and_pruned_and_nothing_new_is_accepted(repository, agent, statuses):
    repository.write("dev/main.tf", PROVIDER + agent("mended") + agent("left"))
    repository.write("prod/main.tf", PROVIDER + agent("other"))
    repository.scan(write_baseline=BASELINE)
    repository.write("dev/main.tf", PROVIDER + agent("left") + agent("new"))
    before = (repository.top / BASELINE).read_text()
    found = repository.scan("dev", baseline=BASELINE)
    assert statuses(found) == {"left:eol-reached": "baseline", "new:eol-reached": "open"}
    # What stands in a root that was not checked is not gone.
    assert [problem.message.partition(":")[2] for problem in found.problems] == [
        " eol-reached of aws_bedrockagent_agent.mended in dev"
    ]
    assert (repository.top / BASELINE).read_text() == before
    pruned = repository.scan("dev", baseline=BASELINE, prune_baseline=True)
    assert statuses(pruned) == statuses(found)
    assert pruned.problems == ()
    listed = json.loads((repository.top / BASELINE).read_text())["findings"]
    assert [entry["address"].rpartition(".")[2] for entry in listed] == ["left", "other"]


def test_only_a_baseline_that_is_read_can_be_pruned(repository, agent):
    repository.write("main.tf", PROVIDER + agent())
    for settings in ({}, {"baseline": BASELINE, "write_baseline": BASELINE}):
        with pytest.raises(UsageError, match="--prune-baseline takes out of the file of --baseline"):
            repository.scan(prune_baseline=True, **settings)


MOVED = "moved {\n  from = %s\n  to = %s\n}\n"


@pytest.mark.parametrize("how", ["a moved block", "count", "for_each and moved", "into a module", "twice", "no count"])
def test_a_resource_that_has_another_address_is_the_same(repository, agent, statuses, how):
    old, new = "aws_bedrockagent_agent.chat", "aws_bedrockagent_agent.bot"
    counted = agent().replace("{\n", "{\n  count = 1\n", 1)
    repository.write("main.tf", PROVIDER + (counted if how == "no count" else agent()))
    repository.scan(write_baseline=BASELINE)
    changed = {
        "a moved block": agent("bot") + MOVED % (old, new),
        "count": counted,
        "no count": agent(),
        "for_each and moved": agent().replace("{\n", '{\n  for_each = toset(["x"])\n', 1)
        + MOVED % (old, old + '["x"]'),
        "into a module": 'module "m" {\n  source = "./m"\n  count = 1\n}\n' + MOVED % (old, f"module.m[0].{new}"),
        "twice": agent("last") + MOVED % (old, new) + MOVED % (new, "aws_bedrockagent_agent.last"),
    }[how]
    repository.write("main.tf", PROVIDER + changed)
    if how == "into a module":
        repository.write("m/main.tf", agent("bot"))
    assert set(statuses(repository.scan(baseline=BASELINE)).values()) == {"baseline"}
    # Written anew, the baseline holds when the block is taken out again.
    repository.scan(write_baseline=BASELINE)
    repository.write("main.tf", PROVIDER + changed.partition("moved {")[0])
    assert set(statuses(repository.scan(baseline=BASELINE)).values()) == {"baseline"}


def test_an_entry_covers_one_resource_whatever_claims_to_have_been_it(repository, agent, statuses):
    old, new = "aws_bedrockagent_agent.chat", "aws_bedrockagent_agent.bot"
    repository.write("main.tf", PROVIDER + agent())
    repository.commit()
    repository.scan(write_baseline=BASELINE)
    # Terraform refuses the block, since what moved is still there.
    repository.write("main.tf", PROVIDER + agent() + agent("bot") + MOVED % (old, new))
    expected = {"chat:eol-reached": "baseline", "bot:eol-reached": "open"}
    assert statuses(repository.scan(baseline=BASELINE)) == expected
    assert set(statuses(repository.scan(diff_base="HEAD")).values()) == {"existing", "open"}
    # Nor does a resource count as known that gets the name which another had before it moved.
    repository.write("main.tf", PROVIDER + agent("bot") + MOVED % (old, new))
    repository.scan(write_baseline=BASELINE)
    repository.write("main.tf", PROVIDER + agent() + agent("bot"))
    expected = {"chat:eol-reached": "open", "bot:eol-reached": "baseline"}
    assert statuses(repository.scan(baseline=BASELINE)) == expected


def test_moves_of_a_module_are_within_its_instances(repository, agent, statuses):
    call = 'module "m" {\n  source = "./m"\n  for_each = toset(["a.b[0]", "c"])\n}\n'
    repository.write("main.tf", PROVIDER + call)
    repository.write("m/main.tf", agent("chat"))
    repository.scan(write_baseline=BASELINE)
    moved = MOVED % ("aws_bedrockagent_agent.chat", "aws_bedrockagent_agent.bot")
    repository.write("m/main.tf", agent("bot") + agent("new") + moved)
    found = repository.scan(baseline=BASELINE)
    assert sorted((each.reference.address.rpartition(".")[2], str(each.status)) for each in found.findings) == [
        *[("bot", "baseline")] * 2,
        *[("new", "open")] * 2,
    ]


@pytest.mark.parametrize("given", [".", "infra"])
def test_outside_git_roots_are_told_apart(tmp_path, repository, agent, statuses, given):
    (tmp_path / "work" / ".git").rename(tmp_path / "no-git")
    repository.write("infra/prod/main.tf", PROVIDER + agent())
    repository.scan(given, write_baseline=Path("../baseline.json"))
    repository.write("infra/dev/main.tf", PROVIDER + agent())
    found = repository.scan(given, baseline=Path("../baseline.json"))
    assert {each.reference.input: str(each.status) for each in found.findings} == {
        "infra/prod": "baseline",
        "infra/dev": "open",
    }
    assert len({each.fingerprint for each in repository.scan(given).findings}) == 2
    # Wherever the run is made, and whichever of the paths is given.
    assert set(
        statuses(repository.scan("prod", cwd=repository.top / "infra", baseline=Path("../../baseline.json"))).values()
    ) == {"baseline"}


@pytest.mark.parametrize(
    ("paths", "location"),
    [(["(live)"], "(live)"), (["-", "app"], "app"), (["app", "(live)"], "."), (["-"], "."), ([], ".")],
)
def test_outside_git_roots_are_relative_to_what_all_paths_share(tmp_path, paths, location):
    for name in ("app", "(live)"):
        (tmp_path / name).mkdir()
    settings = Settings(date(2026, 11, 24))
    assert directory_of_roots(paths, settings, tmp_path) == (tmp_path / location).resolve()


@pytest.mark.parametrize(
    ("paths", "settings", "location"),
    [
        # In one work tree its top, wherever the paths and the baseline are.
        (["work/app/src"], {}, "work"),
        (["work/app", "work"], {"baseline": Path("plain/b.json")}, "work"),
        # In several, and outside git, the directory of the baseline, else what all paths share.
        (["work/app", "other"], {}, "."),
        (["work", "plain"], {}, "."),
        (["plain/app", "plain/lib"], {}, "plain"),
        (["work/app", "other"], {"baseline": Path("plain/b.json")}, "plain"),
        (["plain/app"], {"baseline": Path("plain/b.json")}, "plain"),
        (["plain/app"], {"write_baseline": Path("other/b.json")}, "other"),
        (["plain/app"], {"baseline": Path("plain/b.json"), "write_baseline": Path("other/b.json")}, "plain"),
    ],
)
def test_roots_are_relative_to_one_place(tmp_path, paths, settings, location):
    for name in ("work/.git", "work/app/src", "other/.git", "plain/app", "plain/lib"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("work", "other"):
        (tmp_path / name / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    found = directory_of_roots(paths, Settings(date(2026, 11, 24), **settings), tmp_path)
    assert found == (tmp_path / location).resolve()


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        (["a"], "a finding of the baseline is not found any more: {a}"),
        (["a", "b"], "2 findings of the baseline are not found any more: {a} and {b}"),
    ],
)
def test_how_many_are_gone_is_told(repository, agent, gone, said):
    repository.write("main.tf", PROVIDER + "".join(map(agent, gone)))
    repository.scan(write_baseline=BASELINE)
    repository.write("main.tf", PROVIDER)
    [problem] = repository.scan(baseline=BASELINE).problems
    names = {name: f"eol-reached of aws_bedrockagent_agent.{name} in ." for name in gone}
    assert problem.message == said.format(**names)
    assert problem.advice == "Take them out with --prune-baseline, which accepts nothing new."


def test_what_is_written_to_its_own_place_need_not_be_there_before(repository, agent, statuses):
    repository.write("main.tf", PROVIDER + agent())
    both = {"baseline": Path("known.json"), "write_baseline": Path("./known.json")}
    assert statuses(repository.scan(**both)) == {"chat:eol-reached": "baseline"}
    # It is written anew, with what was not known before.
    repository.write("main.tf", PROVIDER + agent() + agent("new"))
    assert statuses(repository.scan(**both)) == {"chat:eol-reached": "baseline", "new:eol-reached": "baseline"}
    assert len(json.loads((repository.top / "known.json").read_text())["findings"]) == 2


def test_what_another_file_accepts_is_written_too(repository, agent, statuses):
    repository.write("main.tf", PROVIDER + agent())
    repository.scan(write_baseline=BASELINE)
    repository.write("main.tf", PROVIDER + agent() + agent("new"))
    found = repository.scan(baseline=BASELINE, write_baseline=Path("all.json"))
    assert statuses(found) == {"chat:eol-reached": "baseline", "new:eol-reached": "baseline"}
    assert len(json.loads((repository.top / "all.json").read_text())["findings"]) == 2
    with pytest.raises(UsageError, match=r"^none\.json: there is no such file"):
        repository.scan(baseline=Path("none.json"), write_baseline=Path("all.json"))


def test_a_baseline_of_version_1_does_not_tell_roots_apart_so_nothing_is_said_to_be_gone(repository, agent):
    repository.write("main.tf", PROVIDER + agent())
    entry = {"rule": "eol-reached", "fingerprint": "f", "anywhere": "x", "root": ".", "address": "a", "model": "m"}
    repository.write("old.json", json.dumps({"version": 1, "findings": [entry]}))
    assert repository.scan(baseline=Path("old.json")).problems == ()
    repository.write("new.json", json.dumps({"version": 2, "findings": [entry]}))
    [problem] = repository.scan(baseline=Path("new.json")).problems
    assert "a finding of the baseline is not found any more" in problem.message


def test_a_baseline_of_version_1_is_matched_and_written_anew(repository, agent, statuses):
    repository.write("main.tf", PROVIDER + agent().replace("{\n", "{\n  count = 1\n", 1))
    (finding,) = repository.scan().findings
    assert finding.fingerprint != finding.identity.before
    entry = {
        "rule": "eol-reached",
        "fingerprint": finding.identity.before,
        "anywhere": "x",
        "root": ".",
        "address": "a",
        "model": "m",
    }
    old = repository.write("old.json", json.dumps({"version": 1, "findings": [entry]}))
    assert statuses(repository.scan(baseline=Path("old.json"))) == {"chat[0]:eol-reached": "baseline"}
    with pytest.raises(UsageError, match="version 1; write it anew"):
        repository.scan(baseline=Path("old.json"), prune_baseline=True)
    repository.scan(write_baseline=Path("old.json"))
    (written,) = json.loads(old.read_text())["findings"]
    assert written["fingerprint"] == finding.fingerprint


def test_an_entry_of_version_1_that_could_be_of_two_roots_covers_none(tmp_path, repository, agent):
    (tmp_path / "work" / ".git").rename(tmp_path / "no-git")
    repository.write("a/main.tf", PROVIDER + agent())
    repository.write("b/main.tf", PROVIDER + agent())
    before = {each.identity.before for name in ("a", "b") for each in repository.scan(name).findings}
    assert len(before) == 1
    entry = {
        "rule": "eol-reached",
        "fingerprint": before.pop(),
        "anywhere": "x",
        "root": ".",
        "address": "a",
        "model": "m",
    }
    repository.write("old.json", json.dumps({"version": 1, "findings": [entry]}))
    both = repository.scan("a", "b", baseline=Path("old.json"))
    assert [str(each.status) for each in both.findings] == ["open", "open"]


def test_nothing_is_pruned_that_may_be_in_what_could_not_be_read(repository, agent, statuses):
    repository.write("main.tf", PROVIDER + agent("old"))
    other = repository.write("other.tf", agent("other"))
    repository.scan(write_baseline=BASELINE)
    before = (repository.top / BASELINE).read_text()
    other.write_text('resource "x')
    found = repository.scan(baseline=BASELINE)
    assert [problem.kind for problem in found.problems if not problem.incomplete] == []
    pruned = repository.scan(baseline=BASELINE, prune_baseline=True)
    said = [problem.message for problem in pruned.problems if not problem.incomplete]
    assert said == ["nothing is taken out of the baseline, since a part of the code could not be read"]
    assert (repository.top / BASELINE).read_text() == before
    other.write_text("")
    repository.scan(baseline=BASELINE, prune_baseline=True)
    assert "other" not in (repository.top / BASELINE).read_text()


_ONLY_IF = """variable "on" {
  default = false
}
resource "aws_bedrockagent_agent" "chat" {
  count            = var.on ? 1 : 0
  foundation_model = "anthropic.test-eol-v1:0"
  region           = "us-east-1"
}
"""
_ONE_OF_TWO = """variable "which" {}
resource "aws_bedrockagent_agent" "chat" {
  foundation_model = var.which == "a" ? "anthropic.test-eol-v1:0" : "anthropic.test-active-v1:0"
  region           = "us-east-1"
}
"""


@pytest.mark.parametrize("code", [_ONLY_IF, _ONE_OF_TWO])
@pytest.mark.parametrize("by", ["baseline", "diff_base"])
def test_what_may_be_is_accepted_as_no_more_than_that(repository, agent, statuses, code, by):
    repository.write("main.tf", code)
    repository.commit()
    settings = {by: BASELINE if by == "baseline" else "HEAD"}
    known = {"baseline" if by == "baseline" else "existing"}
    assert set(statuses(repository.scan(write_baseline=BASELINE)).values()) == {"baseline"}
    repository.write("main.tf", f"# the same\n{code}")
    assert set(statuses(repository.scan(**settings)).values()) == known
    repository.write("main.tf", agent())
    found = repository.scan(**settings)
    assert statuses(found) == {"chat:eol-reached": "open"}
    # It is there, so its entry is not one to take out.
    assert found.problems == ()


def test_an_entry_that_does_not_say_what_was_accepted_covers_all(repository, agent, statuses):
    repository.write("main.tf", _ONLY_IF)
    repository.scan(write_baseline=BASELINE)
    content = (repository.top / BASELINE).read_text()
    assert '"severity": "note"' in content
    repository.write("main.tf", agent())
    repository.write(str(BASELINE), content.replace(', "severity": "note"', ""))
    assert statuses(repository.scan(baseline=BASELINE)) == {"chat:eol-reached": "baseline"}
    repository.write(str(BASELINE), content.replace('"note"', '"grave"'))
    with pytest.raises(UsageError, match=r"'severity' of this finding is none of note, warning, error"):
        repository.scan(baseline=BASELINE)
