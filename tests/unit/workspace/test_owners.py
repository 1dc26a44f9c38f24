"""CODEOWNERS as GitHub and GitLab read it."""

import pytest

from checker.workspace.owners import PATHS, parse_owners, read_owners


@pytest.mark.parametrize(
    ("text", "path", "owners"),
    [
        ("* @all", "a/b.tf", ("@all",)),
        ("* @all\n*.tf @infra", "a/b.tf", ("@infra",)),
        ("*.tf @infra\n* @all", "a/b.tf", ("@all",)),
        ("* @all\n*.tf @infra\nb.tf @b\n", "a/b.tf", ("@b",)),
        ("b.tf @b\n*.tf @infra\n* @all\n", "a/b.tf", ("@all",)),
        ("[Docs] @docs # @nobody\n*.tf\n", "a/b.tf", ("@docs",)),
        ("/envs/ @envs", "envs/prod/main.tf", ("@envs",)),
        ("/envs/ @envs", "old/envs/main.tf", ()),
        ("envs/ @envs", "old/envs/main.tf", ("@envs",)),
        ("envs/ @envs", "envs", ()),
        ("envs/* @envs", "envs/main.tf", ("@envs",)),
        ("envs/* @envs", "envs/prod/main.tf", ()),
        ("envs/** @envs", "envs/prod/main.tf", ("@envs",)),
        ("**/prod @prod", "envs/prod/main.tf", ("@prod",)),
        ("* @all\n/legacy/", "legacy/main.tf", ()),
        ("*.tf a@example.com @x/team # why", "m.tf", ("a@example.com", "@x/team")),
        ("# *.tf @nobody\n\n", "m.tf", ()),
        ("# who\n\n* @all\n# and who else\n*.md @docs", "m.tf", ("@all",)),
        ("!*.tf @nobody\n", "m.tf", ()),
        ("!*.tf @nobody\n*.tf @infra", "m.tf", ("@infra",)),
        ("a[1].tf @odd", "a[1].tf", ("@odd",)),
        ("a[1].tf @odd", "a1.tf", ()),
        ("a\\ b.tf @space", "a b.tf", ("@space",)),
        ("*.TF @upper", "m.tf", ()),
        ("[Infra] @infra\n*.tf\n[Docs]\n*.md @docs", "m.tf", ("@infra",)),
        ("* @all\n^[Infra][2] @infra\n*.tf", "m.tf", ("@all", "@infra")),
        ("[A] @a\n*.tf\n[B] @b\n*.tf\n[a] @c\n*.tf", "m.tf", ("@c", "@b")),
    ],
)
def test_the_last_line_that_matches_decides(text, path, owners):
    assert parse_owners(text).of(path) == owners


@pytest.mark.parametrize("location", PATHS)
def test_the_file_is_found_in_each_place(tmp_path, location):
    (tmp_path / location).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / location).write_text("* @all\n")
    assert read_owners(tmp_path).of("x.tf") == ("@all",)


def test_the_first_place_wins_and_without_a_file_nobody_owns(tmp_path):
    assert read_owners(tmp_path).of("x.tf") == ()
    for location in reversed(PATHS[:3]):
        (tmp_path / location).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / location).write_text(f"* @{location.partition('/')[0]}\n")
    assert read_owners(tmp_path).of("x.tf") == ("@.github",)


def test_everybody_who_owns_something_is_known_by_name():
    owners = parse_owners("* @all\n*.tf @infra a@example.com # @why\n[Docs] @docs\n*.md\n/legacy/ @all\n")
    assert owners.names == {"@all", "@infra", "a@example.com", "@docs"}
    assert owners
    assert not parse_owners("# @nobody\n")


@pytest.mark.parametrize(("more", "owners"), [(0, ("@all",)), (1, ())])
def test_a_file_is_read_up_to_the_size_that_github_reads(tmp_path, more, owners):
    line = "* @all\n"
    (tmp_path / "CODEOWNERS").write_text(line + "#" * (3_000_000 - len(line) + more))
    assert read_owners(tmp_path).of("x.tf") == owners


def test_a_file_that_cannot_be_read_says_nothing_and_no_other_is_taken(tmp_path):
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "CODEOWNERS").write_bytes(b"* @all \xff\n")
    (tmp_path / "CODEOWNERS").write_text("* @other\n")
    assert read_owners(tmp_path).of("x.tf") == ()


def test_a_finding_belongs_to_who_owns_the_line_where_the_model_is_written(repository):
    repository.write("CODEOWNERS", "*.tf @infra\n/models/ @ml\n")
    repository.write("models/variables.tf", 'variable "m" {\n  default = "anthropic.test-eol-v1:0"\n}\n')
    repository.write(
        "models/main.tf",
        'provider "aws" {\n  region = "us-east-1"\n}\n'
        'resource "aws_bedrockagent_agent" "chat" {\n  foundation_model = var.m\n}\n',
    )
    [finding] = repository.scan("models").findings
    assert finding.owners == ("@ml",)


def test_blame_names_who_wrote_the_line_and_nobody_for_a_new_one(repository, agent):
    repository.write("main.tf", 'provider "aws" {\n  region = "us-east-1"\n}\n' + agent("old"))
    repository.commit()
    repository.write("main.tf", "# a line above\n" + (repository.top / "main.tf").read_text() + agent("new"))
    result = repository.scan(blame=True)
    owners = {finding.reference.address: finding.owners for finding in result.findings}
    assert owners == {"aws_bedrockagent_agent.old": ("Ada <ada@example.com>",), "aws_bedrockagent_agent.new": ()}


_CODE_OWNERS = "* @infra\n"


@pytest.mark.parametrize(
    ("tags", "named", "owners"),
    [
        ('{ Team = "search", zeal = "x", app = "y" }', ("owner", "team"), ("search",)),
        ('{ team = "search", OWNER = "ada" }', ("owner", "team"), ("ada", "search")),
        ('{ team = "ada", owner = "ada" }', ("owner", "team"), ("ada",)),
        ('{ owner = "" }', ("owner",), ()),
        ('{ owner = "ada" }', (), ()),
    ],
)
def test_a_tag_of_the_resource_names_its_owner(repository, tags, named, owners):
    body = f'  foundation_model = "anthropic.test-eol-v1:0"\n  region = "us-east-1"\n  tags = {tags}\n'
    repository.write("main.tf", f'resource "aws_bedrockagent_agent" "chat" {{\n{body}}}\n')
    [finding] = repository.scan(owner_tags=named).findings
    assert finding.owners == owners
    # Who owns the file is said instead.
    repository.write("CODEOWNERS", _CODE_OWNERS)
    [finding] = repository.scan(owner_tags=named).findings
    assert finding.owners == ("@infra",)


def test_what_is_about_the_run_is_nobodys(repository):
    from datetime import date

    repository.write("main.tf", "")
    [finding] = repository.scan(owner_tags=("owner",), as_of=date(2030, 1, 1)).findings
    assert (finding.reference, finding.owners) == (None, ())
