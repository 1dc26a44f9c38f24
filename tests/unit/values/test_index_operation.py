"""Index: what other elements a key may reach; equality with what is invalid."""

from checker.values import Alternative, Assumption, Basis, Cause, List, Map, Number, Piece, Text, Unknown
from checker.values.operations import MOST_OVERRIDES, capped, equal, index, known, text, unknown

_DEFAULT = Assumption("var.x", "its default", True, Basis.DEFAULT)


def _texts(value: tuple[Alternative, ...]) -> list[tuple[str, bool]]:
    return [
        (one.atom.render(), any(a.basis is Basis.OVERRIDE for a in one.given))
        for one in value
        if isinstance(one.atom, Text)
    ]


def test_a_known_index_reaches_every_known_element_of_a_list_of_unknown_length() -> None:
    container = known(List((text("a"),), rest=text("b")))

    reached = index(container, known(Number(0)), "x")

    assert [content for content, _ in _texts(reached)] == ["a", "b"]
    assert reached[0].given
    assert reached[0].given[0].basis is Basis.OPEN


def test_a_container_that_rests_on_a_default_does_not_reach_its_other_entries() -> None:
    container = (Alternative(Map({"chat": text("a"), "embed": text("b")}), (_DEFAULT,)),)

    assert _texts(index(container, text("chat"), "x")) == [("a", False)]


def test_a_key_that_rests_on_a_default_reaches_the_other_entries_by_overriding_it() -> None:
    container = known(Map({"chat": text("a"), "embed": text("b")}))
    key = (Alternative(text("chat")[0].atom, (_DEFAULT,)),)

    assert _texts(index(container, key, "x")) == [("a", False), ("b", True)]


def test_what_is_invalid_equals_nothing_and_stays_invalid() -> None:
    broken = unknown(Cause.INVALID, "x")

    for value in (equal(broken, text("a"), "=="), equal(text("a"), broken, "==")):
        assert [type(one.atom) for one in value] == [Unknown]


def test_too_many_overrides_are_given_up_and_the_default_is_kept() -> None:
    default = Alternative(text("a")[0].atom, (_DEFAULT,))
    override = Assumption("var.y", "1", False, Basis.OVERRIDE)
    others = [Alternative(text(str(number))[0].atom, (override,)) for number in range(MOST_OVERRIDES + 1)]

    kept = capped([default, *others], "x")

    assert kept[0] == default
    assert [one.atom.cause for one in kept[1:] if isinstance(one.atom, Unknown)] == [Cause.TOO_MANY]
    assert kept[1].given[0].basis is Basis.OVERRIDE


def test_entries_that_need_an_override_do_not_hide_those_of_other_keys() -> None:
    """The first key selects any of many entries if its default is overridden, the second one by default."""
    entries = {f"k{number}": text(f"m{number}") for number in range(1_100)}
    overridden = Assumption("var.key", "its default", False, Basis.OVERRIDE)
    default = Assumption("var.key", "its default", True, Basis.DEFAULT)
    anything = Alternative(Unknown(Cause.INPUT_NOT_SET, "var.key", "var.key"), (overridden,))
    one = Alternative(Text((Piece("k5"),)), (default,))
    for key in ((anything, one), (one, anything)):
        found = index(known(Map(entries)), key, "here")
        assert [each.atom for each in found if default in each.given] == [Text((Piece("m5"),))]
        assert any(isinstance(each.atom, Unknown) and each.atom.cause is Cause.TOO_MANY for each in found)
