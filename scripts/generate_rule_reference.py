"""Writes policies/README.md from the packs and the documentation of the checks."""

from pathlib import Path

from checker.policy import load_policy, pack_names
from checker.policy.rule_reference import rule_reference
from checker.source.files import Boundary, SourceFiles

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Writes the page."""
    files = SourceFiles(Boundary(None), ROOT)
    page = rule_reference({name: load_policy(name, files) for name in pack_names()})
    (ROOT / "policies" / "README.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
