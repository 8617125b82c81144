"""From clauses to the letter: additive scores and calibrated probabilities.

A letter's score for a category is the sum of its clauses' probabilities of it, so that every
quotation has an exact share. Small logistic regressions on these scores, fitted on letters that
the clause model had not seen, turn them into calibrated probabilities. All are plain arrays here:
reading a letter needs nothing of scikit-learn beyond the clause model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

FloatArray = NDArray[np.float64]

# Scores below which a category counts as absent: about one clause at 5 %, or at 14 % squared.
_FLOOR = 0.05
_FLOOR_OF_SQUARES = 0.02


@dataclass(frozen=True)
class Linear:
    """A fitted linear layer: ``coef`` (n_features, n_outputs) and ``intercept`` (n_outputs,)."""

    coef: FloatArray
    intercept: FloatArray

    def __call__(self, features: Any) -> FloatArray:
        """Decision values of dense or sparse features, shape (n, n_outputs).

        Dense rows are summed one by one: BLAS rounds differently for one row and for many, and a
        letter must read the same alone and in a batch.
        """
        if isinstance(features, np.ndarray):
            sums = (features[:, :, None] * self.coef[None]).sum(axis=1)
        else:
            sums = features @ self.coef
        return np.asarray(sums + self.intercept, dtype=np.float64)


def n_pooled(n_categories: int, brief: bool) -> int:
    """The number of :func:`pooled_features` for this many categories."""
    return (3 if brief else 2) * n_categories + 2


def pooled_features(probas: Sequence[FloatArray], brief: bool) -> FloatArray:
    """What the heads see of texts.

    The log of a category's score says how much is said for it, the log of its squares how surely.
    In a brief text the order tells too, since what is named first counts first.

    Args:
        probas: for each text, the category probabilities of its clauses, shape (n_clauses,
            n_categories).
        brief: whether these are brief texts.

    Returns:
        Log scores, log sums of squares, for brief texts log scores that halve from clause to
        clause, log of the total, and log number of clauses; shape (n_texts, n_pooled).
    """
    rows = []
    for proba in probas:
        scores = proba.sum(axis=0)
        parts = [np.log(scores + _FLOOR), np.log((proba**2).sum(axis=0) + _FLOOR_OF_SQUARES)]
        if brief:
            fading = 0.5 ** np.arange(len(proba))
            parts.append(np.log(fading @ proba + _FLOOR))
        parts.append(np.array([np.log(scores.sum() + _FLOOR), np.log1p(len(proba))]))
        rows.append(np.concatenate(parts))
    return np.array(rows, dtype=np.float64)


@dataclass(frozen=True)
class Heads:
    """Calibrated answers for texts of one kind, over :func:`pooled_features`.

    ``primary`` (softmax) and ``present`` (a logistic each) have one output a category.
    Thresholds are probabilities: from which a reason counts as present, and below which the
    primary is sent to review.
    """

    primary: Linear
    present: Linear
    present_threshold: float
    review_threshold: float

    def primary_proba(self, features: FloatArray) -> FloatArray:
        """Probability that each category is the primary, (n, n_categories); rows sum to 1."""
        return np.asarray(softmax(self.primary(features), axis=1), dtype=np.float64)

    def present_proba(self, features: FloatArray) -> FloatArray:
        """Probability that each category is among the reasons, shape (n, n_categories)."""
        return np.asarray(expit(self.present(features)), dtype=np.float64)


@dataclass(frozen=True)
class LetterModel:
    """Which reason is primary and which are present, for letters and for brief texts.

    ``full`` answers for letters, ``brief`` for texts as short as form entries.
    """

    full: Heads
    brief: Heads

    def heads(self, brief: bool) -> Heads:
        """The heads for a text of this kind."""
        return self.brief if brief else self.full
