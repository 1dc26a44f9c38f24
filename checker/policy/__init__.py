"""Reads policies, and judges references by them."""

from checker.policy.evaluate import Forecast, evaluate, forecast
from checker.policy.load import load_policy, pack_names

__all__ = ["Forecast", "evaluate", "forecast", "load_policy", "pack_names"]
