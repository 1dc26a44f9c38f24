"""A user's catalog laid over another."""

from dataclasses import replace

from checker.model.lifecycle import Catalog


def overlay(base: Catalog, top: Catalog) -> Catalog:
    """`base` with the models of `top` added, or put in place of those with the same id as a whole.

    An id that `top` gives to one of its models is no longer an alias of, or a profile id of, a model of `base`. The
    day is the later of the two.
    """
    own = {model.id for model in top.models}
    taken = own.union(
        *(model.aliases for model in top.models),
        (profile.id for model in top.models for profile in model.profiles),
    )
    kept = (
        replace(
            model,
            aliases=tuple(alias for alias in model.aliases if alias not in taken),
            profiles=tuple(profile for profile in model.profiles if profile.id not in taken),
        )
        for model in base.models
        if model.id not in taken
    )
    return Catalog(
        as_of=max(base.as_of, top.as_of),
        source=f"{base.source}; {top.source}",
        models=tuple(sorted((*kept, *top.models), key=lambda model: model.id)),
    )
