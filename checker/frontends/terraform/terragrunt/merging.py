"""How Terragrunt merges the inputs and the locals of files that include each other."""

from checker.values import Alternative, Map, Value


def merged(under: Value, over: Value, *, deep: bool) -> Value:
    """The entries of both; those of `over` win. With `deep`, nested maps are merged too."""
    if not any(isinstance(one.atom, Map) and one.atom.entries for one in under):
        return over
    made: list[Alternative] = []
    for low in under:
        for high in over:
            given = (*low.given, *(each for each in high.given if each not in low.given))
            if isinstance(low.atom, Map) and isinstance(high.atom, Map):
                entries = {**low.atom.entries, **high.atom.entries}
                if deep:
                    for name in low.atom.entries.keys() & high.atom.entries.keys():
                        entries[name] = _deep(low.atom.entries[name], high.atom.entries[name])
                made.append(Alternative(Map(entries, (*low.atom.rest, *high.atom.rest)), given))
            else:
                made.append(high)
    return tuple(made)


def _deep(under: Value, over: Value) -> Value:
    both_maps = len(under) == len(over) == 1 and isinstance(under[0].atom, Map) and isinstance(over[0].atom, Map)
    return merged(under, over, deep=True) if both_maps else over
