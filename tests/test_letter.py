from __future__ import annotations

import numpy as np
import pytest

from attrition_nlp.letter import n_pooled, pooled_features

PROBA = np.array([[0.9, 0.0], [0.0, 0.9]])


@pytest.mark.parametrize("brief", [False, True])
def test_pooled_features_have_the_documented_shape(brief: bool) -> None:
    features = pooled_features([PROBA, np.zeros((0, 2))], brief)
    assert features.shape == (2, n_pooled(2, brief))
    assert np.isfinite(features).all()


def test_order_counts_in_brief_texts_alone() -> None:
    full = pooled_features([PROBA, PROBA[::-1]], brief=False)
    brief = pooled_features([PROBA, PROBA[::-1]], brief=True)
    assert np.array_equal(full[0], full[1])
    first = brief[:, 4:6]
    assert first[0, 0] > first[0, 1]
    assert first[1, 1] > first[1, 0]
