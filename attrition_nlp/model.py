"""The heart: jieba words and character n-grams, TF-IDF, logistic regression, over clauses.

Most of a letter is thanks, apology and handover, so the unit that is read is the clause, and the
classes are the eight reasons plus ``none``. A clause's log-odds are an exact sum over its
features; a letter's score for a category is an exact sum over its clauses.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from attrition_nlp.categories import category_ids
from attrition_nlp.lexicon import lexicon
from attrition_nlp.tokens import Engine, tokenize

FloatArray = NDArray[np.float64]

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_BREAK = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class WordNgrams:
    """Words and pairs of neighbouring words of a clause."""

    engine: Engine = "auto"

    def __call__(self, clause: str) -> list[str]:
        """Features of one normalised clause, in order, repeats kept."""
        words = [token.text for token in tokenize(clause.lower(), self.engine)]
        return words + [f"{a} {b}" for a, b in pairwise(words)]


@dataclass(frozen=True, slots=True)
class CharNgrams:
    """Runs of ``shortest`` to ``longest`` characters between punctuation marks.

    They carry what words cannot: typos, dialect, and half-known compounds.
    """

    shortest: int = 1
    longest: int = 4

    def __call__(self, clause: str) -> list[str]:
        """Features of one normalised clause, repeats kept."""
        runs = _BREAK.split(_NUMBER.sub("0", clause.lower()))
        return [
            run[start : start + size]
            for run in runs
            for size in range(self.shortest, self.longest + 1)
            for start in range(len(run) - size + 1)
        ]


@dataclass(frozen=True, slots=True)
class Concepts:
    """Lexicon classes met in a clause, and pairs of those that follow each other."""

    def __call__(self, clause: str) -> list[str]:
        """Features of one normalised clause, immediate repeats merged."""
        merged: list[str] = []
        for name in lexicon().concepts(clause):
            if not merged or merged[-1] != name:
                merged.append(name)
        return merged + [f"{a}>{b}" for a, b in pairwise(merged)]


ANALYZERS: dict[str, Any] = {"word": WordNgrams, "char": CharNgrams, "concept": Concepts}


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Hyperparameters, chosen in ``docs/experiments.md``.

    ``regularisation`` is scikit-learn's C. ``least`` gives the number of training clauses a
    feature of each block must occur in. ``weights`` scale the blocks.
    """

    regularisation: float = 4.0
    least: tuple[int, int, int] = (2, 3, 2)
    weights: tuple[float, float, float] = (1.0, 1.0, 1.0)
    longest_ngram: int = 4
    passes: int = 15


def untrained_pipeline(settings: ModelSettings) -> Pipeline:
    """The scikit-learn pipeline from normalised clauses to class probabilities, not yet fitted."""
    analyzers = (WordNgrams(), CharNgrams(longest=settings.longest_ngram), Concepts())
    blocks = [
        (
            name,
            TfidfVectorizer(analyzer=analyzer, min_df=least, sublinear_tf=True, dtype=np.float32),
        )
        for name, analyzer, least in zip(ANALYZERS, analyzers, settings.least, strict=True)
    ]
    weights = dict(zip(ANALYZERS, settings.weights, strict=True))
    return Pipeline(
        [
            ("features", FeatureUnion(blocks, transformer_weights=weights)),
            (
                "classify",
                # A fixed number of passes: on sparse text SAGA is better after ten than L-BFGS
                # after a hundred iterations, and several times faster. Tolerance 0 means that it
                # always runs them all.
                LogisticRegression(
                    C=settings.regularisation,
                    solver="saga",
                    max_iter=settings.passes,
                    tol=0.0,
                    random_state=0,
                ),
            ),
        ]
    )


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one feature adds to the log-odds of a class, against the mean of all classes."""

    feature: str
    weight: float


@dataclass(frozen=True)
class ClauseModel:
    """A fitted pipeline and what it says of clauses.

    ``pipeline`` maps a list of n clauses to an array of shape (n, n_classes); ``classes`` names
    the columns.
    """

    pipeline: Pipeline

    @property
    def classes(self) -> tuple[str, ...]:
        """The class of each column: category ids and ``none``, sorted."""
        return tuple(str(name) for name in self.pipeline.classes_)

    def vectors(self, clauses: Sequence[str]) -> csr_array:
        """TF-IDF vectors of normalised clauses, shape (n, n_features)."""
        features = self.pipeline.named_steps["features"]
        if not clauses:
            return csr_array((0, self.pipeline.named_steps["classify"].coef_.shape[1]))
        return csr_array(features.transform(clauses))

    def category_proba(self, vectors: csr_array) -> FloatArray:
        """Probability of each category for clause vectors, shape (n, n_categories).

        Columns follow :func:`category_ids`; what a row lacks to 1 is "no reason".
        """
        columns = [self.classes.index(id) for id in category_ids()]
        if not vectors.shape[0]:
            return np.zeros((0, len(columns)))
        proba = self.pipeline.named_steps["classify"].predict_proba(vectors)
        return np.asarray(proba[:, columns], dtype=np.float64)

    def contributions(self, clause: str, label: str) -> tuple[float, list[Contribution]]:
        """The log-odds of ``label`` for a clause, taken apart: the constant and each feature.

        The log-odds are centred, so that the classes' sum to zero; the constant and the
        contributions add up to them exactly. Features come strongest first.
        """
        features = self.pipeline.named_steps["features"]
        classify = self.pipeline.named_steps["classify"]
        column = self.classes.index(label)
        centred = classify.coef_[column] - classify.coef_.mean(axis=0)
        constant = float(classify.intercept_[column] - classify.intercept_.mean())
        row = features.transform([clause]).tocoo()
        names = features.get_feature_names_out()
        parts = [
            Contribution(str(names[index]), float(value * centred[index]))
            for index, value in zip(row.col, row.data, strict=True)
        ]
        return constant, sorted(parts, key=lambda part: (-abs(part.weight), part.feature))


def fit_clause_model(
    clauses: Sequence[str],
    labels: Sequence[str],
    settings: ModelSettings | None = None,
    sample_weight: Sequence[float] | None = None,
) -> ClauseModel:
    """Train the pipeline on normalised clauses and their labels (category ids or ``none``)."""
    pipeline = untrained_pipeline(settings or ModelSettings())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the number of passes is fixed
        pipeline.fit(clauses, labels, classify__sample_weight=sample_weight)
    return ClauseModel(pipeline)
