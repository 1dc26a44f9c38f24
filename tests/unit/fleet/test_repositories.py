"""Lists and directories of repositories."""

import json
from pathlib import Path

import pytest

from checker.errors import UsageError
from checker.fleet.repositories import Repository, repositories
from tests.unit.fleet.conftest import MakeRepository


def no_host(host: str, name: str) -> tuple[Repository, ...]:
    raise AssertionError((host, name))


def test_a_text_has_a_location_and_perhaps_a_ref_on_each_line(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(
        "# ours\nhttps://github.com/acme/infra.git\ngit@git.example.com:ops/net v1.2\n\nlocal feat#1 # theirs\n"
    )
    assert repositories(["list.txt"], tmp_path, no_host) == (
        Repository("acme/infra", "https://github.com/acme/infra.git"),
        Repository("local", str(tmp_path / "local"), "feat#1"),
        Repository("ops/net", "git@git.example.com:ops/net", "v1.2"),
    )


def test_csv_and_json_lines_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(
        "url,owner,tags,ref\nhttps://example.com/a/b,@team,env=prod;tier=1,main\nssh://git@example.com/c,,,\n"
    )
    lines = (
        {"location": "https://example.com/a/b", "owner": "@team", "tags": {"tier": "1", "env": "prod"}, "ref": "main"},
        {"location": "ssh://git@example.com/c"},
    )
    (tmp_path / "list.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    found = repositories(["list.csv"], tmp_path, no_host)
    assert found == repositories(["list.jsonl"], tmp_path, no_host)
    assert found[0] == Repository("a/b", "https://example.com/a/b", "main", "@team", (("env", "prod"), ("tier", "1")))


def test_a_directory_holds_checkouts_and_bare_mirrors(tmp_path: Path, make_repository: MakeRepository) -> None:
    top = make_repository("team/work")
    bare = tmp_path / "repositories" / "mirror.git"
    (bare / "objects").mkdir(parents=True)
    (bare / "refs").mkdir()
    (bare / "HEAD").write_text("ref: refs/heads/main\n")
    found = repositories(["repositories"], tmp_path, no_host)
    assert [(each.name, each.location) for each in found] == [("mirror", str(bare)), ("work", str(top))]


def test_no_repository_lies_too_deep(tmp_path: Path, make_repository: MakeRepository) -> None:
    """A mirror of a group of GitLab has the directories of its groups, which hold groups."""
    top = make_repository("a/b/c/d/e/work")
    (top / "vendor" / "other" / ".git").mkdir(parents=True)
    found = repositories(["repositories"], tmp_path, no_host)
    assert [(each.name, each.location) for each in found] == [("work", str(top))]


def test_a_link_to_a_repository_elsewhere_is_one(tmp_path: Path, make_repository: MakeRepository) -> None:
    top = make_repository("work")
    other = tmp_path / "elsewhere" / "other"
    (other / ".git").mkdir(parents=True)
    links = {"linked": other, "again": top, "above": tmp_path, "up": top.parent, "gone": tmp_path / "gone"}
    for name, target in links.items():
        (top.parent / name).symlink_to(target)
    found = repositories(["repositories"], tmp_path, no_host)
    assert [(each.name, each.location) for each in found] == [
        ("linked", str(top.parent / "linked")),
        ("work", str(top)),
    ]


def test_repositories_with_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("https://a.example/x main\nhttps://a.example/x dev\nhttps://b.example/x\n")
    assert [each.name for each in repositories(["list.txt"], tmp_path, no_host)] == ["x", "x@dev", "x@main"]


def test_an_organisation_is_asked_for(tmp_path: Path) -> None:
    asked = []

    def host(kind: str, name: str) -> tuple[Repository, ...]:
        asked.append((kind, name))
        return (Repository("acme/x", "https://github.com/acme/x.git"),)

    assert [each.name for each in repositories(["github:acme"], tmp_path, host)] == ["acme/x"]
    assert asked == [("github", "acme")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("http://example.com/x", "cloned over https and ssh only"),
        ("ext::sh -c true", "neither a path nor a clone URL"),
        ("https://me:secret@example.com/x", "holds credentials"),
        ("-x", "neither a path nor a clone URL"),
        ("https://example.com/x --upload-pack=y", "is not a branch, tag or commit"),
        ("https://example.com/x main:refs/heads/x", "is not a branch, tag or commit"),
        ("https://example.com/x a..b", "is not a branch, tag or commit"),
    ],
)
def test_what_must_not_be_cloned_is_an_error_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "list.txt").write_text(f"# x\n{line}\n")
    with pytest.raises(UsageError, match=r"^list\.txt:2: ") as error:
        repositories(["list.txt"], tmp_path, no_host)
    assert message in str(error.value)
    assert "secret" not in str(error.value)


def test_all_errors_of_a_list_are_told(tmp_path: Path) -> None:
    (tmp_path / "list.jsonl").write_text('{"locaton": "x"}\n[]\n{\n{"location": "x", "tags": 3}\n')
    with pytest.raises(UsageError) as error:
        repositories(["list.jsonl"], tmp_path, no_host)
    told = str(error.value).splitlines()
    assert [line.partition(": ")[0] for line in told] == [f"list.jsonl:{number}" for number in (1, 2, 3, 4)]
    assert "did you mean 'location'?" in told[0]


@pytest.mark.parametrize("source", ["empty", "missing.txt", "empty.csv"])
def test_a_source_without_a_repository_is_an_error(tmp_path: Path, source: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.csv").write_text("location\n")
    with pytest.raises(UsageError, match=source.partition(".")[0]):
        repositories([source], tmp_path, no_host)
