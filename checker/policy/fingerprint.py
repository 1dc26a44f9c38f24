"""What makes two findings the same one, in another run, another commit, another framework."""

import hashlib
import json


def fingerprint(
    rule: str, *, root: str = "", address: str = "", site: str = "", model: str = "", stage: str = ""
) -> str:
    """A hash (32 hexadecimal digits). It knows no line and no framework, so that the code and its plan agree.

    `root` is relative to the top of the git work tree, `address` has its keys, `site` is the concrete property.
    """
    # JSON keeps the parts apart, whatever is in them.
    identity = json.dumps([rule, root, address, site, model, stage], ensure_ascii=True)
    return hashlib.sha256(identity.encode()).hexdigest()[:32]
