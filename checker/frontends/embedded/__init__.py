"""CloudFormation inside resources of another input: a template in a text, a value or a file, or the properties of one
resource.
"""

from checker.frontends.embedded.resources import with_embedded

__all__ = ["with_embedded"]
