"""Sessions with AWS. Only this module imports boto3, and only when it is used."""

import html
import re
from functools import cache
from typing import Any

from checker.errors import UsageError

_LONGEST_REASON = 200


def aws_session(profile: str | None = None, *, otherwise: str = "") -> Any:
    """A session with the credentials of a profile, or of the environment.

    Raises UsageError without credentials; `otherwise` tells what can be done without them.
    """
    import boto3.session
    import botocore.exceptions

    try:
        session = boto3.session.Session(botocore_session=_session(), profile_name=profile)
        if session.get_credentials() is None:
            raise UsageError(f"there are no AWS credentials: set AWS_PROFILE or the like{otherwise}")
    except botocore.exceptions.BotoCoreError as error:
        raise UsageError(f"the AWS configuration cannot be used: {error}") from error
    return session


def with_role(session: Any, arn: str, region: str) -> Any:
    """A session that assumes a role in `region`; its credentials are renewed while in use."""
    import boto3.session
    import botocore.credentials

    def client(service: str, **arguments: Any) -> Any:
        return session.client(service, region_name=region, **arguments)

    fetcher = botocore.credentials.AssumeRoleCredentialFetcher(
        client_creator=client,
        source_credentials=session.get_credentials(),
        role_arn=arn,
        extra_args={"RoleSessionName": "bedrock-eol"},
    )
    inner = _session()
    # botocore has no other interface for renewable credentials.
    inner._credentials = botocore.credentials.DeferredRefreshableCredentials(
        refresh_using=fetcher.fetch_credentials, method="assume-role"
    )
    return boto3.session.Session(botocore_session=inner, region_name=session.region_name)


def _session() -> Any:
    """A botocore session. All share the models of services, which are large."""
    import botocore.session

    session = botocore.session.get_session()
    session.register_component("data_loader", _loader(session.get_config_variable("data_path")))
    return session


@cache
def _loader(search_path: str | None) -> Any:
    import botocore.loaders

    return botocore.loaders.create_loader(search_path)


def reason_of(error: Exception) -> str:
    """Why a call failed, on one line. For an HTML page, as proxies send it: its text."""
    response = getattr(error, "response", None)
    said = response.get("Error", {}) if isinstance(response, dict) else {}
    text = f"{said.get('Code', 'error')}: {said.get('Message', '')}".strip(": ") if said else str(error)
    if "<" in text:
        text = html.unescape(re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL | re.IGNORECASE))
    text = " ".join(text.split()) or type(error).__name__
    return text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]}…"
