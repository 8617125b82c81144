from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from attrition_nlp.metrics import Figure, bootstrap, calibration_error, macro_f1, micro_f1


def test_macro_f1_is_the_mean_over_labels_that_occur() -> None:
    truth, found = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    expected = f1_score(truth, found, average="macro")
    assert macro_f1(truth, found, range(8)) == pytest.approx(expected)


def test_micro_f1() -> None:
    present = np.array([[True, True], [False, True]])
    found = np.array([[True, False], [True, True]])
    assert micro_f1(present, found) == pytest.approx(2 * 2 / 6)
    assert micro_f1(present & False, found & False) == 1.0


@pytest.mark.parametrize(
    ("confidence", "correct", "error"),
    [([0.5] * 4, [True, False, True, False], 0.0), ([1.0] * 4, [False] * 4, 1.0)],
)
def test_calibration_error(confidence: list[float], correct: list[bool], error: float) -> None:
    found = calibration_error(np.array(confidence), np.array(correct), n_bins=1)
    assert found == pytest.approx(error)


def test_bootstrap_resamples_whole_groups() -> None:
    values = np.array([1.0, 0.0] * 50)
    groups = np.repeat(np.arange(50), 2)
    figure = bootstrap(lambda rows: float(values[rows].mean()), groups)
    assert figure == Figure(0.5, 0.5, 0.5)
    loose = bootstrap(lambda rows: float(values[rows].mean()), np.arange(100))
    assert loose.low < 0.5 < loose.high
    assert loose == bootstrap(lambda rows: float(values[rows].mean()), np.arange(100))


def test_figure_shows_its_interval() -> None:
    assert str(Figure(0.5, 0.4, 0.6)) == "0.500 [0.400, 0.600]"
