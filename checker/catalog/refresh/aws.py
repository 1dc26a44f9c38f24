"""Sessions with AWS. Only this module imports boto3, and only when it is used."""

import html
import re
from typing import Any

from checker.errors import UsageError

_LONGEST_REASON = 200


def aws_session() -> Any:
    """A session with the credentials of the environment. Raises UsageError without any."""
    import boto3.session
    import botocore.exceptions

    try:
        session = boto3.session.Session()
        if session.get_credentials() is None:
            raise UsageError(
                "there are no AWS credentials: set AWS_PROFILE or the like, or use `--from docs`, which needs none"
            )
    except botocore.exceptions.BotoCoreError as error:
        raise UsageError(f"the AWS configuration cannot be used: {error}") from error
    return session


def reason_of(error: Exception) -> str:
    """Why a call failed, on one line. For an HTML page, as proxies send it: its text."""
    response = getattr(error, "response", None)
    said = response.get("Error", {}) if isinstance(response, dict) else {}
    text = f"{said.get('Code', 'error')}: {said.get('Message', '')}".strip(": ") if said else str(error)
    if "<" in text:
        text = html.unescape(re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL | re.IGNORECASE))
    text = " ".join(text.split()) or type(error).__name__
    return text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]}…"
