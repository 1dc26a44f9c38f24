"""The table of checks. A check is one file here, whose docstring is its documentation."""

from collections.abc import Mapping
from types import ModuleType

from checker.policy.check import Check
from checker.policy.checks import (
    commitment_outlives_model,
    distant_waiver,
    eol_reached,
    eol_within,
    expired_waiver,
    expression,
    extended_access,
    floating_model,
    guaranteed_runway,
    legacy_access_lapses,
    legacy_model,
    legacy_refuses_create,
    model_not_allowed,
    profile_geography,
    region_not_offered,
    stale_catalog,
    unaccounted_model,
    unknown_model,
    unresolved_model,
    unused_waiver,
    waiver_in_code,
    waiver_without_owner,
    wildcard_grant,
)

_MODULES = (
    eol_reached,
    eol_within,
    legacy_model,
    extended_access,
    legacy_refuses_create,
    commitment_outlives_model,
    legacy_access_lapses,
    guaranteed_runway,
    unknown_model,
    region_not_offered,
    unresolved_model,
    wildcard_grant,
    unaccounted_model,
    model_not_allowed,
    profile_geography,
    floating_model,
    expression,
    stale_catalog,
    expired_waiver,
    distant_waiver,
    unused_waiver,
    waiver_in_code,
    waiver_without_owner,
)

MODULES: Mapping[str, ModuleType] = {module.CHECK.name: module for module in _MODULES}
CHECKS: Mapping[str, Check] = {module.CHECK.name: module.CHECK for module in _MODULES}
