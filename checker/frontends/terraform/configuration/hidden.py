"""The known content of values that are unknown as a whole: sensitive values, and results of functions.

Operators and conditions cannot see into sensitive values, so that no message quotes them. Functions can, and mark their
results; reports may name public model ids in them.
"""

from checker.frontends.holding import names_in
from checker.values import Alternative, Atom, Cause, Unknown, Value
from checker.values.operations import assume
from checker.values.operations.identity import digest


def is_marked(atom: Atom) -> bool:
    """True if an atom is a sensitive value with known content."""
    return isinstance(atom, Unknown) and atom.cause is Cause.SENSITIVE and bool(atom.content)


def marked(value: Value, subject: str, *, is_one: bool = False) -> Value:
    """The value, marked as sensitive. `subject` is what the user has to look at.

    `is_one`: it is the same value wherever it is marked, like a variable.
    """
    return tuple(_marked(one, subject, is_one=is_one) for one in value)


def _marked(one: Alternative, subject: str, *, is_one: bool) -> Alternative:
    if is_marked(one.atom) or (isinstance(one.atom, Unknown) and one.atom.cause is Cause.INVALID):
        return one
    content = (Alternative(one.atom, (), one.trail),)
    names = tuple(dict.fromkeys(names_in(one)))
    identity = subject if is_one else f"{subject} #{digest(content)}"
    sealed = Unknown(Cause.SENSITIVE, subject, identity, content=content, holds=names)
    return one._replace(atom=sealed)


def unmarked(value: Value) -> Value:
    """The value without the marks."""
    return tuple(made for one in value for made in _unmarked(one))


def _unmarked(one: Alternative) -> Value:
    if not isinstance(one.atom, Unknown) or not is_marked(one.atom):
        return (one,)
    return tuple(each._replace(trail=each.trail + one.trail) for each in assume(one.atom.content, one.given))
