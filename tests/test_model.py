from __future__ import annotations

import numpy as np
import pytest

from attrition_nlp.classifier import Classifier
from attrition_nlp.model import CharNgrams, Concepts, WordNgrams, fit_clause_model


def test_word_ngrams() -> None:
    assert WordNgrams()("三班倒,太累") == ["三班倒", "太累", "三班倒 太累"]


def test_char_ngrams_stop_at_punctuation_and_fold_numbers() -> None:
    assert sorted(CharNgrams(1, 2)("3.5年,累")) == ["0", "0年", "年", "累"]


def test_concepts_merge_repeats() -> None:
    once = Concepts()("咽喉炎")
    assert Concepts()("咽喉炎咽喉炎") == once


def test_contributions_add_up_to_the_log_odds(small: Classifier) -> None:
    clause = "加班太多,身体也垮了"
    pipeline = small.model.pipeline
    decision = pipeline.decision_function([clause])[0]
    centred = decision - decision.mean()
    for column, label in enumerate(small.model.classes):
        constant, parts = small.model.contributions(clause, label)
        assert constant + sum(part.weight for part in parts) == pytest.approx(centred[column])


def test_vectors_of_nothing(small: Classifier) -> None:
    vectors = small.model.vectors([])
    assert vectors.shape[0] == 0
    assert small.model.category_proba(vectors).shape == (0, 8)


def test_fit_is_deterministic() -> None:
    clauses = ["加班太多", "想家", "谢谢领导", "加班累", "父母在家", "感谢公司"] * 3
    labels = ["workload", "family_distance", "none"] * 6
    one, two = (fit_clause_model(clauses, labels) for _ in range(2))
    first = one.pipeline.named_steps["classify"].coef_
    assert np.array_equal(first, two.pipeline.named_steps["classify"].coef_)
