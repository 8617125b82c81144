from __future__ import annotations

import numpy as np

from attrition_nlp.gate import cue_features, n_cues

NOTHING = np.zeros((0, 8))


def test_cues_have_the_documented_shape() -> None:
    features = cue_features(["我要辞职", "请假三天" * 20], [NOTHING, np.full((2, 8), 0.1)])
    assert features.shape == (2, n_cues())
    assert np.isfinite(features).all()


def test_brief_and_full_texts_have_their_own_columns() -> None:
    brief, full = cue_features(["我要辞职", "我要辞职。" * 20], [NOTHING, NOTHING])
    half = (n_cues() - 1) // 2
    assert brief[-1] == 1
    assert not brief[half : 2 * half].any()
    assert full[-1] == 0
    assert not full[:half].any()
