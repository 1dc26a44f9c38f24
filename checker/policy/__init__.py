"""Policies: how they are read, and how references are judged by them."""

from checker.policy.evaluate import Forecast, evaluate, forecast
from checker.policy.explain import Explanation, explain
from checker.policy.load import load_policy
from checker.policy.packs import pack_names
from checker.policy.schema import policy_schema

__all__ = ["Explanation", "Forecast", "evaluate", "explain", "forecast", "load_policy", "pack_names", "policy_schema"]
