"""A classifier to and from a folder of JSON, text and ``.npy`` arrays; never pickle.

A model may come from a stranger, so nothing in the folder is executed, every file is checked
against the digest in ``manifest.json``, and every shape against every other before use. The same
classifier gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import FeatureUnion

from attrition_nlp.categories import category_ids
from attrition_nlp.classifier import Classifier
from attrition_nlp.errors import ModelError
from attrition_nlp.gate import Gate, n_cues, untrained_vectorizer
from attrition_nlp.letter import Heads, LetterModel, Linear, n_pooled
from attrition_nlp.lexicon import lexicon
from attrition_nlp.model import ANALYZERS, ClauseModel, ModelSettings, untrained_pipeline
from attrition_nlp.resources import resource
from attrition_nlp.results import Signature
from attrition_nlp.tokens import segmenter_signature

FORMAT = 1
SHIPPED = "models/default"
_KINDS = ("full", "brief")
_HEADS = ("primary", "present")
_THRESHOLDS = ("present_threshold", "review_threshold")


def _npy(array: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def save_classifier(classifier: Classifier, path: str | Path) -> None:
    """Write a classifier to a folder, which is replaced whole.

    Raises:
        ModelError: the folder cannot be written.
    """
    target = Path(path)
    pipeline = classifier.model.pipeline
    classify = pipeline.named_steps["classify"]
    files: dict[str, bytes] = {
        "coef.npy": _npy(classify.coef_.astype(np.float32)),
        "intercept.npy": _npy(classify.intercept_.astype(np.float64)),
    }
    unions = (pipeline.named_steps["features"], classifier.gate.vectorizer)
    for name, vectorizer in (pair for union in unions for pair in union.transformer_list):
        terms = sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
        files[f"{name}.vocabulary.txt"] = "\n".join(terms).encode()
        files[f"{name}.idf.npy"] = _npy(vectorizer.idf_.astype(np.float64))
    letter = classifier.letter
    layers = {"gate": classifier.gate.layer} | {
        f"{kind}.{name}": getattr(getattr(letter, kind), name) for kind in _KINDS for name in _HEADS
    }
    for name, layer in layers.items():
        files[f"{name}.coef.npy"] = _npy(layer.coef.astype(np.float32))
        files[f"{name}.intercept.npy"] = _npy(layer.intercept.astype(np.float64))
    weights = pipeline.named_steps["features"].transformer_weights
    manifest = {
        "format": FORMAT,
        "categories": list(category_ids()),
        "classes": list(classifier.model.classes),
        "blocks": [{"name": name, "weight": weights[name]} for name in ANALYZERS],
        "longest_ngram": pipeline.named_steps["features"].transformer_list[1][1].analyzer.longest,
        "gate_threshold": classifier.gate.threshold,
        "thresholds": {
            kind: {name: getattr(getattr(letter, kind), name) for name in _THRESHOLDS}
            for kind in _KINDS
        },
        "segmenter": classifier.signature.segmenter,
        "lexicon": lexicon().digest,
        "corpus": classifier.signature.corpus,
        "version": classifier.signature.version,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    files["manifest.json"] = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".model.", dir=target.parent) as scratch:
            fresh = Path(scratch) / "new"
            fresh.mkdir()
            for name, data in files.items():
                (fresh / name).write_bytes(data)
            card = target / "MODEL_CARD.md"
            if card.is_file():
                shutil.copyfile(card, fresh / card.name)
            if target.exists():
                target.rename(Path(scratch) / "old")
            fresh.rename(target)
    except OSError as error:
        raise ModelError(
            str(target), f"cannot be written ({error.strerror})", "choose another folder"
        ) from None


class _Folder:
    """Checked access to the files of a model folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.manifest: dict[str, Any] = json.loads(
                (path / "manifest.json").read_text(encoding="utf-8")
            )
            number = self.manifest["format"]
        except FileNotFoundError:
            raise ModelError(
                str(path), "no model here (no manifest.json)", "give a folder made by 'train'"
            ) from None
        except (OSError, ValueError, TypeError, KeyError):
            raise self.damaged("manifest.json is not readable") from None
        if number != FORMAT:
            raise ModelError(
                str(path),
                f"model format {number!r} is unknown",
                f"this version reads format {FORMAT}; train again or install another version",
            )

    def damaged(self, what: str) -> ModelError:
        return ModelError(str(self.path), f"damaged model: {what}", "copy or train it again")

    def bytes(self, name: str) -> bytes:
        try:
            data = (self.path / name).read_bytes()
        except OSError:
            raise self.damaged(f"{name} is missing") from None
        if hashlib.sha256(data).hexdigest() != self.manifest["files"].get(name):
            raise self.damaged(f"{name} does not match its digest")
        return data

    def array(self, name: str, *shape: int) -> NDArray[Any]:
        data = self.bytes(name)
        try:
            # The header is read first, so that a huge declared size allocates nothing.
            stream = io.BytesIO(data)
            version = np.lib.format.read_magic(stream)
            read = (
                np.lib.format.read_array_header_1_0
                if version == (1, 0)
                else np.lib.format.read_array_header_2_0
            )
            declared, _, dtype = read(stream)
            if (
                dtype.kind != "f"
                or declared != shape
                or dtype.itemsize * np.prod(shape) > len(data)
            ):
                raise self.damaged(f"{name} has shape {declared}, expected {shape}")
            array: NDArray[Any] = np.load(io.BytesIO(data), allow_pickle=False)
        except (ValueError, EOFError, SyntaxError):
            raise self.damaged(f"{name} is not an array") from None
        if not np.isfinite(array).all():
            raise self.damaged(f"{name} holds numbers that are not finite")
        return array


def load_classifier(path: str | Path | None = None) -> Classifier:
    """Read a classifier from a folder, by default the shipped one.

    Raises:
        ModelError: the folder is missing, of an unknown format, damaged, or was trained with
            other categories, words or concept classes than this installation has.
    """
    folder = _Folder(resource(SHIPPED) if path is None else Path(path))
    try:
        return _rebuild(folder)
    except (KeyError, TypeError, IndexError):
        raise folder.damaged("manifest.json lacks a field") from None


def _restore(folder: _Folder, union: FeatureUnion) -> int:
    """Set the vocabulary and weights of a union of TF-IDF blocks; returns its width."""
    width = 0
    for name, vectorizer in union.transformer_list:
        terms = folder.bytes(f"{name}.vocabulary.txt").decode("utf-8").split("\n")
        vectorizer.vocabulary_ = {term: index for index, term in enumerate(terms)}
        vectorizer.fixed_vocabulary_ = False
        if len(vectorizer.vocabulary_) != len(terms):
            raise folder.damaged(f"{name}.vocabulary.txt repeats a term")
        vectorizer.idf_ = folder.array(f"{name}.idf.npy", len(terms)).astype(np.float32)
        width += len(terms)
    return width


def _rebuild(folder: _Folder) -> Classifier:
    manifest = folder.manifest
    ids = category_ids()
    for what, theirs, ours in (
        ("categories", manifest["categories"], list(ids)),
        ("word segmentation", manifest["segmenter"], segmenter_signature()),
        ("concept classes", manifest["lexicon"], lexicon().digest),
        ("feature blocks", [block["name"] for block in manifest["blocks"]], list(ANALYZERS)),
    ):
        if theirs != ours:
            raise ModelError(
                str(folder.path),
                f"was trained with other {what} than this installation has",
                "train again with this version, or install the version that trained it",
            )
    weights = tuple(float(block["weight"]) for block in manifest["blocks"])
    settings = ModelSettings(
        weights=(weights[0], weights[1], weights[2]), longest_ngram=int(manifest["longest_ngram"])
    )
    pipeline = untrained_pipeline(settings)
    n_features = _restore(folder, pipeline.named_steps["features"])
    vectorizer = untrained_vectorizer()
    n_gate = _restore(folder, vectorizer) + n_cues()
    classes = [str(name) for name in manifest["classes"]]
    classify = pipeline.named_steps["classify"]
    classify.classes_ = np.array(classes)
    classify.coef_ = folder.array("coef.npy", len(classes), n_features).astype(np.float64)
    classify.intercept_ = folder.array("intercept.npy", len(classes))
    classify.n_features_in_ = n_features

    def layer(name: str, inputs: int, outputs: int) -> Linear:
        return Linear(
            folder.array(f"{name}.coef.npy", inputs, outputs).astype(np.float64),
            folder.array(f"{name}.intercept.npy", outputs),
        )

    def heads(kind: str) -> Heads:
        thresholds = manifest["thresholds"][kind]
        inputs = n_pooled(len(ids), kind == "brief")
        primary, present = (layer(f"{kind}.{name}", inputs, len(ids)) for name in _HEADS)
        return Heads(primary, present, *(float(thresholds[name]) for name in _THRESHOLDS))

    digest = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
    return Classifier(
        model=ClauseModel(pipeline),
        letter=LetterModel(
            full=heads("full"),
            brief=heads("brief"),
        ),
        gate=Gate(vectorizer, layer("gate", n_gate, 1), float(manifest["gate_threshold"])),
        signature=Signature(
            categories=len(ids),
            segmenter=manifest["segmenter"],
            model=digest[:12],
            corpus=str(manifest["corpus"]),
            version=str(manifest["version"]),
        ),
    )
