"""The plugin without the CDK."""

import importlib
import sys

import pytest


def test_without_the_cdk_the_plugin_says_what_to_install(monkeypatch):
    for name in ("aws_cdk", "jsii"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "checker.integrations.cdk", raising=False)
    with pytest.raises(ImportError, match=r"pip install 'aws-cdk-lib>=2"):
        importlib.import_module("checker.integrations.cdk")
