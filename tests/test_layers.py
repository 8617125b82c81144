"""A module imports only from lower layers; see docs/architecture.md."""

from __future__ import annotations

import ast
import re

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "attrition_nlp"
LAYERS: list[set[str]] = [
    {"errors"},
    {"resources"},
    {"categories"},
    {"text", "results", "tokens", "lexicon"},
    {"model", "letter", "extract", "baselines", "metrics"},
    {"gate"},
    {"readers", "writers", "corpus"},
    {"classifier"},
    {"artifact"},
    {"training", "evaluation", "batch"},
    {"__init__", "card"},
    {"cli"},
    {"__main__"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
# Imported inside a function, on call: loading a classifier is the classifier's own method.
LATE = {("classifier", "artifact")}


def imports(name: str) -> set[str]:
    tree = ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            match = re.fullmatch(r"attrition_nlp(?:\.(\w+))?", node.module)
            if match:
                found.add(match.group(1) or "__init__")
    return found


def test_every_module_has_a_layer() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == set(LEVEL)


@pytest.mark.parametrize("name", sorted(LEVEL))
def test_imports_go_down(name: str) -> None:
    for other in imports(name):
        allowed = LEVEL[other] < LEVEL[name] or (name, other) in LATE
        assert allowed, f"{name} imports {other}"


@pytest.mark.parametrize("name", sorted(LEVEL))
def test_modules_read_in_one_sitting(name: str) -> None:
    assert len((PACKAGE / f"{name}.py").read_text(encoding="utf-8").splitlines()) <= 400
