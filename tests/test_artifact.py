from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from attrition_nlp.artifact import load_classifier
from attrition_nlp.classifier import Classifier
from attrition_nlp.corpus import Corpus
from attrition_nlp.errors import ModelError
from attrition_nlp.training import train

TEXTS = ["三班倒,身体垮了,只好辞职", "因个人原因申请辞职", "谢谢"]


@pytest.fixture(scope="module")
def folder(small: Classifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "small"
    small.save(path)
    return path


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_corpus_gives_the_same_bytes(
    folder: Path, small_corpus: Corpus, tmp_path: Path
) -> None:
    train(small_corpus, n_jobs=2).save(tmp_path / "again")
    assert contents(tmp_path / "again") == contents(folder)


def test_a_loaded_model_is_saved_to_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    load_classifier(folder).save(tmp_path / "again")
    assert contents(tmp_path / "again") == contents(folder)


def test_a_loaded_model_says_the_same(small: Classifier, folder: Path) -> None:
    loaded = load_classifier(folder)
    # Coefficients are stored in single precision.
    assert loaded.predict_proba(TEXTS) == pytest.approx(small.predict_proba(TEXTS), abs=1e-4)


def test_nothing_is_pickled(folder: Path) -> None:
    assert {path.suffix for path in folder.iterdir()} == {".json", ".npy", ".txt"}


def test_a_model_folder_is_replaced_whole(small: Classifier, copy: Path) -> None:
    (copy / "leftover.npy").write_bytes(b"x")
    small.save(copy)
    assert "leftover.npy" not in contents(copy)
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]


def test_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        load_classifier(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: no model here (no manifest.json); give a folder made by 'train'"
    )


def test_another_format(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    (copy / "manifest.json").write_text(json.dumps(manifest | {"format": 99}), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        load_classifier(copy)
    assert str(caught.value) == (
        f"{copy}: model format 99 is unknown; "
        "this version reads format 1; train again or install another version"
    )


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda f: (f / "coef.npy").unlink(), "coef.npy is missing"),
        (lambda f: (f / "coef.npy").write_bytes(b"x"), "coef.npy does not match its digest"),
        (lambda f: (f / "manifest.json").write_text("{"), "manifest.json is not readable"),
        (
            lambda f: (f / "manifest.json").write_text('{"format": 1}'),
            "manifest.json lacks a field",
        ),
    ],
)
def test_a_damaged_model(copy: Path, damage: object, what: str) -> None:
    damage(copy)  # type: ignore[operator]
    with pytest.raises(ModelError) as caught:
        load_classifier(copy)
    assert str(caught.value) == f"{copy}: damaged model: {what}; copy or train it again"


def rewrite(folder: Path, name: str, array: np.ndarray) -> None:  # type: ignore[type-arg]
    """Swap an array and mend the digest, as a tamperer would."""
    import hashlib

    np.save(folder / name, array)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize(
    ("array", "what"),
    [
        (np.zeros((2, 2)), r"intercept\.npy has shape \(2, 2\), expected \(9,\)"),
        (np.full(9, np.nan), r"intercept\.npy holds numbers that are not finite"),
        (np.zeros(9, dtype=int), r"intercept\.npy has shape"),
        (np.array([{}] * 9, dtype=object), r"intercept\.npy has shape"),
    ],
)
def test_a_tampered_array(copy: Path, array: np.ndarray, what: str) -> None:  # type: ignore[type-arg]
    rewrite(copy, "intercept.npy", array)
    with pytest.raises(ModelError, match=what):
        load_classifier(copy)


def test_a_model_of_another_vocabulary_of_words(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    (copy / "manifest.json").write_text(
        json.dumps(manifest | {"segmenter": "jieba-0"}), encoding="utf-8"
    )
    with pytest.raises(ModelError, match="was trained with other word segmentation than"):
        load_classifier(copy)
