"""Docstring examples, README examples and documents that must stay true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re

import pytest

import attrition_nlp
from tests.conftest import ROOT

MODULES = sorted(m.name for m in pkgutil.iter_modules(attrition_nlp.__path__))


@pytest.mark.parametrize("name", [m for m in MODULES if m != "__main__"])
def test_docstring_examples(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"attrition_nlp.{name}"))
    assert result.failed == 0


def test_package_example() -> None:
    assert doctest.testmod(attrition_nlp).failed == 0


def python_blocks() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.S)


@pytest.mark.parametrize("block", python_blocks())
def test_readme_examples(block: str) -> None:
    exec(compile(block, "README.md", "exec"), {})


def test_readme_has_its_two_lines() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    run, test = (
        re.search(rf"<!-- {mark} -->\n```bash\n([^\n]+)\n```\n<!-- end -->", text)
        for mark in ("run-line", "test-line")
    )
    assert run is not None
    assert run.group(1).endswith("attrition-nlp classify seeds/")
    assert test is not None
    assert test.group(1).endswith("-m pytest")


def test_architecture_names_every_module() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert not [name for name in MODULES if f"`{name}`" not in text and name != "__main__"]


def test_public_names_have_docstrings() -> None:
    for name in attrition_nlp.__all__:
        assert getattr(attrition_nlp, name).__doc__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = attrition_nlp.nothing


def test_every_dependency_is_explained() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    core = re.search(r"^dependencies = \[(.*?)\]", project, re.S | re.M)
    assert core is not None
    for name in re.findall(r'"([a-z-]+)', core.group(1)):
        assert name in text
