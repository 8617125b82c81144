"""Is it a letter at all? Tells resignations, form entries and exit notes from every other text.

A logistic regression over the whole text's words and characters, over cues of what a text is about
(``corpus/gate.toml``), and over what the clause model found in it. Brief texts and full ones have
their own weights for the cues, since a form entry need not say who speaks or that he leaves.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from attrition_nlp.errors import ModelError
from attrition_nlp.letter import Linear
from attrition_nlp.model import CharNgrams, WordNgrams
from attrition_nlp.resources import resource
from attrition_nlp.text import is_brief

FloatArray = NDArray[np.float64]

BLOCKS = ("gate_word", "gate_char")
_FLOOR = 0.05


@cache
def _cues() -> tuple[re.Pattern[str], ...]:
    path = resource("corpus/gate.toml")
    try:
        patterns = tomllib.loads(path.read_text(encoding="utf-8"))["cues"].values()
        return tuple(re.compile(pattern) for pattern in patterns)
    except (OSError, KeyError, ValueError, re.error) as error:
        raise ModelError(
            path.name, f"not readable ({type(error).__name__})", "reinstall attrition-nlp"
        ) from error


def n_cues() -> int:
    """The number of columns of :func:`cue_features`."""
    return 2 * (2 * len(_cues()) + 5) + 1


def cue_features(texts: Sequence[str], probas: Sequence[FloatArray]) -> FloatArray:
    """Cues of normalised texts and what the clause model found in them, (n_texts, n_cues).

    Each cue counts twice: whether it occurs, and how often for the length of the text.
    ``probas`` holds, for each text, the category probabilities of its clauses.
    """
    rows = []
    for text, proba in zip(texts, probas, strict=True):
        lowered = text.lower()
        counts = np.array([len(pattern.findall(lowered)) for pattern in _cues()], dtype=float)
        density = np.log1p(100.0 * counts / max(10, len(text))) * 0.4
        scores = proba.sum(axis=0)
        found = [
            np.log1p(len(proba)) * 0.5,
            np.log(scores.sum() + _FLOOR) * 0.5,
            scores.sum() / max(1, len(proba)),
            proba.max(initial=0.0),
            np.log(scores[-1] + _FLOOR) * 0.3,
        ]
        row = np.concatenate([np.minimum(1.0, counts), density, found])
        brief = float(is_brief(text))
        rows.append(np.concatenate([row * brief, row * (1.0 - brief), [brief]]))
    return np.array(rows).reshape(len(texts), n_cues())


def untrained_vectorizer() -> FeatureUnion:
    """Words and characters of whole normalised texts, not yet fitted."""
    analyzers = (WordNgrams(), CharNgrams(longest=3))
    return FeatureUnion(
        [
            (
                name,
                TfidfVectorizer(
                    analyzer=analyzer, min_df=least, sublinear_tf=True, dtype=np.float32
                ),
            )
            for name, analyzer, least in zip(BLOCKS, analyzers, (3, 4), strict=True)
        ]
    )


@dataclass(frozen=True)
class Gate:
    """A fitted gate: ``layer`` has one output over :func:`gate_features`."""

    vectorizer: FeatureUnion
    layer: Linear
    threshold: float

    def proba(self, texts: Sequence[str], probas: Sequence[FloatArray]) -> FloatArray:
        """Probability that each normalised text is a letter, note or exit note, (n_texts,)."""
        features = gate_features(self.vectorizer, texts, probas)
        return np.asarray(expit(self.layer(features)[:, 0]), dtype=np.float64)


def gate_features(
    vectorizer: FeatureUnion, texts: Sequence[str], probas: Sequence[FloatArray]
) -> csr_array:
    """Everything the gate sees of normalised texts, shape (n_texts, n_features)."""
    cues = csr_array(cue_features(texts, probas).astype(np.float32))
    return csr_array(hstack([vectorizer.transform(texts), cues], format="csr"))
