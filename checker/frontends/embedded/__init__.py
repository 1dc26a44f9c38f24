"""CloudFormation inside resources of another input: a template in a text, a value or a file, or the properties of one
resource.
"""

from checker.frontends.embedded.resources import deployed_by, with_embedded

__all__ = ["deployed_by", "with_embedded"]
