"""Lists the repositories of an organisation on GitHub, or of a group on GitLab, through their APIs.

The libraries keep the rate limits of the services and follow pages.
"""

import os
from collections.abc import Iterator
from typing import Any

from checker.errors import UsageError
from checker.fleet.repositories import Repository

_GITHUB = "https://api.github.com"
_GITLAB = "https://gitlab.com"
_PER_PAGE = 100
_SECONDS = 30


def list_host(host: str, name: str, *, archived: bool) -> tuple[Repository, ...]:
    """The repositories of an organisation or user (`github`), or of a group and its subgroups (`gitlab`).

    Tokens come from GITHUB_TOKEN or GH_TOKEN, and from GITLAB_TOKEN; GITHUB_API_URL and GITLAB_URL name own servers.
    Archived repositories count only if `archived`. Raises UsageError if the service refuses or does not answer.
    """
    listed = _on_github(name, archived=archived) if host == "github" else _on_gitlab(name, archived=archived)
    return tuple(listed)


def _on_github(name: str, *, archived: bool) -> Iterator[Repository]:
    import github  # slow to import, and rarely needed

    token = os.environ.get("GITHUB_TOKEN") or os.environ.get("GH_TOKEN")
    auth = None if not token else github.Auth.Token(token)
    client = github.Github(
        base_url=os.environ.get("GITHUB_API_URL") or _GITHUB, auth=auth, per_page=_PER_PAGE, timeout=_SECONDS
    )
    try:
        account: Any
        try:
            account = client.get_organization(name)
        except github.UnknownObjectException:
            account = client.get_user(name)
        for each in account.get_repos():
            if archived or not each.archived:
                tags = (("topics", ",".join(sorted(each.topics or ()))), ("visibility", each.visibility or ""))
                yield Repository(each.full_name, each.clone_url, None, name, _set_only(tags))
    except github.GithubException as error:
        reason = error.data.get("message") if isinstance(error.data, dict) else error.data
        raise UsageError(
            f"github:{name}: GitHub answers {error.status}: {reason}{_hint(token, 'GITHUB_TOKEN')}"
        ) from None
    except OSError as error:
        raise UsageError(f"github:{name}: GitHub does not answer: {error}") from None


def _on_gitlab(name: str, *, archived: bool) -> Iterator[Repository]:
    import gitlab

    token = os.environ.get("GITLAB_TOKEN")
    client = gitlab.Gitlab(
        os.environ.get("GITLAB_URL") or _GITLAB, private_token=token or None, per_page=_PER_PAGE, timeout=_SECONDS
    )
    wanted: dict[str, Any] = {} if archived else {"archived": False}
    try:
        group = client.groups.get(name)
        for each in group.projects.list(iterator=True, include_subgroups=True, with_shared=False, **wanted):
            tags = (("topics", ",".join(sorted(each.topics or ()))), ("visibility", each.visibility or ""))
            yield Repository(each.path_with_namespace, each.http_url_to_repo, None, name, _set_only(tags))
    except gitlab.exceptions.GitlabError as error:
        answer = f"GitLab answers {error.response_code}: {error.error_message}"
        raise UsageError(f"gitlab:{name}: {answer}{_hint(token, 'GITLAB_TOKEN')}") from None
    except OSError as error:
        raise UsageError(f"gitlab:{name}: GitLab does not answer: {error}") from None


def _set_only(tags: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in tags if value)


def _hint(token: str | None, variable: str) -> str:
    return "" if token else f"; set {variable} for private repositories and higher rate limits"
