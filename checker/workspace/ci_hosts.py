"""CI services, and how to run a check on each."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from checker.errors import ReadError
from checker.source.files import Boundary, SourceFiles, is_there


class Host(NamedTuple):
    """A service that runs checks. Only its repositories have the paths `signs`; `domain` is in their remotes."""

    name: str
    signs: tuple[str, ...]
    domain: str
    file: str
    snippet: str


_GITHUB = """\
name: bedrock-eol
on:
  pull_request:
  schedule: [{cron: "17 6 * * 1"}]   # dates pass without a change, too
permissions: {contents: read}
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}         # --diff-base needs the merge base
      - uses: actions/setup-python@v5
        with: {python-version: "3.13"}
      - run: pip install "git+https://github.com/OWNER/bedrock-eol"
      - if: github.event_name == 'pull_request'
        env: {BASE: "${{ github.base_ref }}"}
        run: bedrock-eol check @PATHS@ --diff-base "origin/$BASE"
      - if: github.event_name != 'pull_request'
        run: bedrock-eol check @PATHS@
"""
_GITLAB = """\
bedrock-eol:
  image: python:3.13-slim
  variables: {GIT_DEPTH: "0"}          # --diff-base needs the merge base
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_PIPELINE_SOURCE == "schedule"   # dates pass without a change, too
  before_script:
    - apt-get update -q && apt-get install -qy --no-install-recommends git
    - pip install "git+https://github.com/OWNER/bedrock-eol"
  script:
    - |
      if [ -n "$CI_MERGE_REQUEST_DIFF_BASE_SHA" ]; then
        bedrock-eol check @PATHS@ --diff-base "$CI_MERGE_REQUEST_DIFF_BASE_SHA"
      else
        bedrock-eol check @PATHS@
      fi
"""
_BITBUCKET = """\
clone: {depth: full}                   # --diff-base needs the merge base
pipelines:
  pull-requests:
    "**":
      - step:
          name: bedrock-eol
          image: python:3.13
          script:
            - pip install "git+https://github.com/OWNER/bedrock-eol"
            - bedrock-eol check @PATHS@ --diff-base "origin/$BITBUCKET_PR_DESTINATION_BRANCH"
"""
_AZURE = """\
pr: ["*"]
schedules:
  - {cron: "17 6 * * 1", displayName: weekly, always: true, branches: {include: [main]}}
steps:
  - checkout: self
    fetchDepth: 0                      # --diff-base needs the merge base
  - script: pip install "git+https://github.com/OWNER/bedrock-eol"
  - script: bedrock-eol check @PATHS@ --diff-base "origin/${SYSTEM_PULLREQUEST_TARGETBRANCHNAME:-main}"
"""
_ANY = """\
pip install "git+https://github.com/OWNER/bedrock-eol"
# in a pull request (fetch all history first)
bedrock-eol check @PATHS@ --diff-base origin/main
# once a week: dates pass without a change, too
bedrock-eol check @PATHS@
"""

HOSTS = (
    Host("GitHub Actions", (".github",), "github.com", ".github/workflows/bedrock-eol.yml", _GITHUB),
    Host("GitLab CI", (".gitlab-ci.yml", ".gitlab"), "gitlab.com", ".gitlab-ci.yml", _GITLAB),
    Host("Bitbucket Pipelines", ("bitbucket-pipelines.yml",), "bitbucket.org", "bitbucket-pipelines.yml", _BITBUCKET),
    Host("Azure Pipelines", ("azure-pipelines.yml",), "dev.azure.com", "azure-pipelines.yml", _AZURE),
)
_UNKNOWN = Host("any CI", (), "", "", _ANY)


def host_of(top: Path) -> Host:
    """The service of a work tree: by its files, else by its remotes."""
    for host in HOSTS:
        if any(is_there(top / sign) for sign in host.signs):
            return host
    try:
        configured = SourceFiles(Boundary(top), top).read_text(top / ".git" / "config")
    except ReadError:
        configured = ""
    remotes = [line for line in configured.splitlines() if line.strip().startswith("url")]
    by_domain: Mapping[str, Host] = {host.domain: host for host in HOSTS}
    return next((host for domain, host in by_domain.items() for line in remotes if domain in line), _UNKNOWN)


def snippet_for(host: Host, paths: str) -> str:
    """The snippet with the paths to check, quoted for a shell."""
    return host.snippet.replace("@PATHS@", paths)
