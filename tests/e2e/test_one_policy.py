"""The package of a policy, as the page on one policy for many repositories shows it, built and used."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = (REPOSITORY / "docs" / "integrations" / "one-policy.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```$', PAGE, re.DOTALL | re.MULTILINE))


def test_the_package_says_where_its_policy_is(tmp_path, run):
    source, target = tmp_path / "policy", tmp_path / "site"
    for title in ("pyproject.toml", "acme_bedrock_policy/__main__.py", "bedrock-policy.yaml"):
        file = source / title
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(BLOCKS[title], encoding="utf-8")
    (source / "acme_bedrock_policy" / "__init__.py").touch()
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(source)]
    assert subprocess.run(build, capture_output=True, check=False).returncode == 0
    (wheel,) = tmp_path.glob("acme_bedrock_policy-3.1.0-*.whl")
    zipfile.ZipFile(wheel).extractall(target)
    code = REPOSITORY / "examples" / "terraform" / "failing"
    policy = f'"$(PYTHONPATH={target} {sys.executable} -m acme_bedrock_policy)"'
    done = run(f"bedrock-eol check {code} --policy {policy}", tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "by policy baseline and site/acme_bedrock_policy/bedrock-policy.yaml" in " ".join(done.stdout.split())
