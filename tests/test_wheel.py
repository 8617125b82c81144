"""What the wheel holds; that it works outside the repository is shown by .ci/run."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    wheel = next(Path(folder).glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_shipped_data_travels_in_the_wheel(names: set[str]) -> None:
    for name in (
        "corpus/taxonomy.toml",
        "corpus/lexicon.toml",
        "corpus/userdict.txt",
        "corpus/letters.jsonl",
        "models/default/manifest.json",
        "models/default/coef.npy",
    ):
        assert f"attrition_nlp/_data/{name}" in names


def test_the_package_is_typed_and_nothing_stray_is_packed(names: set[str]) -> None:
    assert "attrition_nlp/py.typed" in names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/"))]
    assert not [name for name in names if name.endswith((".pkl", ".joblib"))]
