"""Measures with intervals, on plain arrays.

Intervals are percentile bootstraps over groups of near-duplicates (Efron and Tibshirani, *An
Introduction to the Bootstrap*, 1993, chapter 13), 95 %.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_fscore_support

_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def macro_f1(truth: NDArray[Any], predicted: NDArray[Any], labels: Sequence[Any]) -> float:
    """Mean F1 over the ``labels`` that occur in truth or predictions; nan where none does."""
    seen = [label for label in labels if (truth == label).any() or (predicted == label).any()]
    if not seen:
        return float("nan")
    _, _, f1, _ = precision_recall_fscore_support(truth, predicted, labels=seen, zero_division=0)
    return float(np.mean(f1))


def micro_f1(present: NDArray[np.bool_], found: NDArray[np.bool_]) -> float:
    """F1 over all decisions "this letter gives this reason"; arrays (n, n_categories)."""
    total = present.sum() + found.sum()
    return float(2 * (present & found).sum() / total) if total else 1.0


def calibration_error(
    confidence: NDArray[np.float64], correct: NDArray[np.bool_], n_bins: int = 10
) -> float:
    """Expected calibration error over bins of equal size.

    Source: Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian
    Binning", AAAI 2015; equal-mass bins after Nixon et al., 2019.
    """
    order = np.argsort(confidence, kind="stable")
    gaps = [
        abs(confidence[part].mean() - correct[part].mean()) * len(part)
        for part in np.array_split(order, min(n_bins, len(order)))
        if len(part)
    ]
    return float(sum(gaps) / len(confidence))


def bootstrap(
    statistic: Callable[[NDArray[np.intp]], float], groups: NDArray[np.intp], seed: int = 0
) -> Figure:
    """A statistic of row indices with its 95 % percentile interval, resampling whole groups."""
    everything = np.arange(len(groups))
    names = np.unique(groups)
    members = [everything[groups == name] for name in names]
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(_RESAMPLES):
        drawn = rng.integers(len(members), size=len(members))
        values.append(statistic(np.concatenate([members[i] for i in drawn])))
    known = [value for value in values if not np.isnan(value)] or [float("nan")]
    low, high = np.percentile(known, [2.5, 97.5])
    return Figure(statistic(everything), float(low), float(high))
