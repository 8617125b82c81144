from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attrition_nlp.categories import category_ids
from attrition_nlp.classifier import Classifier
from attrition_nlp.errors import InputError
from tests.conftest import ROOT

LETTERS = [
    "尊敬的领导:您好!三班倒让我得了咽喉炎,医生建议静养,特此辞职。",
    "我家离公司太远,爸妈年纪大了没人照顾,只好辞职回去。",
    "因个人原因,本人申请辞职,请批准。",
    "",
    "   \n",
]


def cases(name: str) -> list[dict[str, str]]:
    path = ROOT / "tests" / "cases" / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def marked(name: str) -> list[object]:
    return [pytest.param(case, id=case["id"]) for case in cases(name)]


@pytest.mark.parametrize("case", marked("natural"))
def test_natural(shipped: Classifier, case: dict[str, str]) -> None:
    assert shipped.predict(case["text"]).primary == case["primary"], case["why"]


@pytest.mark.parametrize("case", marked("synthetic"))
def test_synthetic(shipped: Classifier, case: dict[str, str]) -> None:
    assert shipped.predict(case["text"]).primary == case["primary"], case["why"]


@pytest.mark.parametrize("case", marked("negative"))
def test_negative(shipped: Classifier, case: dict[str, str]) -> None:
    prediction = shipped.predict(case["text"])
    assert not prediction.is_letter, case["why"]
    assert prediction.primary is None
    assert prediction.evidence == ()


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case["id"], marks=pytest.mark.xfail(strict=True, reason=case["why"]))
        for case in cases("known_failure")
    ],
)
def test_known_failure(shipped: Classifier, case: dict[str, str]) -> None:
    assert shipped.predict(case["text"]).primary == case["primary"]


def test_one_equals_many(shipped: Classifier) -> None:
    assert [shipped.predict(text) for text in LETTERS] == list(shipped.predict_many(LETTERS))


def test_many_is_lazy_and_keeps_order(shipped: Classifier) -> None:
    taken = 0

    def source() -> Iterator[str]:
        nonlocal taken
        for number in range(10_000):
            taken += 1
            yield LETTERS[number % 2]

    predictions = shipped.predict_many(source())
    assert [next(predictions).primary for _ in range(2)] == ["health_shift", "family_distance"]
    assert taken < 1000


def test_probabilities_sum_to_one(shipped: Classifier) -> None:
    proba = shipped.predict_proba(LETTERS)
    assert proba.shape == (len(LETTERS), 8)
    assert np.allclose(proba.sum(axis=1), 1)
    assert list(shipped.classes_) == list(category_ids())


def test_predict_proba_of_no_letter(shipped: Classifier) -> None:
    assert shipped.predict_proba([]).shape == (0, 8)


@given(
    st.text(st.sampled_from("我三班倒咽喉炎父母辭職<br>&nbsp;\r\n\u200b,。! 学(xué)"), max_size=150)
)
@settings(max_examples=60)
def test_evidence_slices_the_letter(shipped: Classifier, text: str) -> None:
    prediction = shipped.predict(text)
    for piece in prediction.evidence:
        assert text[piece.start : piece.end] == piece.text
        assert piece.category in (prediction.primary, *prediction.secondary)
    assert 0 <= prediction.confidence <= 1


@pytest.mark.parametrize("change", [lambda t: t + "  \n", lambda t: t.replace("\n", "\r\n")])
def test_trailing_space_and_line_ends_change_nothing(shipped: Classifier, change: object) -> None:
    for text in LETTERS[:3]:
        changed = shipped.predict(change(text))  # type: ignore[operator]
        assert changed.primary == shipped.predict(text).primary
        assert changed.confidence == pytest.approx(shipped.predict(text).confidence)


def test_traditional_script_reads_the_same(shipped: Classifier) -> None:
    simple = "因为三班倒,医生说我的颈椎不能再拖了,特此辞职,请领导批准。"
    traditional = "因為三班倒,醫生說我的頸椎不能再拖了,特此辭職,請領導批准。"
    assert shipped.predict(simple).scores == shipped.predict(traditional).scores


def test_an_empty_text_is_no_letter_and_says_so(shipped: Classifier) -> None:
    prediction = shipped.predict(" \n")
    assert (prediction.primary, prediction.is_letter) == (None, False)
    assert prediction.problem == "the text is empty"


def test_a_text_that_is_no_string(shipped: Classifier) -> None:
    with pytest.raises(InputError) as caught:
        list(shipped.predict_many(["好", 3]))  # type: ignore[list-item]
    assert str(caught.value) == "text 1: is int, not str; pass letters as str"


def test_explained_shares_add_up_to_the_scores(shipped: Classifier) -> None:
    explanation = shipped.explain(LETTERS[0])
    for id, total in explanation.scores.items():
        assert sum(clause.scores[id] for clause in explanation.clauses) == pytest.approx(total)
    assert explanation.prediction == shipped.predict(LETTERS[0])


def test_signature_names_its_parts(shipped: Classifier) -> None:
    parts = dict(part.split(":", 1) for part in str(shipped.signature).split("|"))
    assert list(parts) == ["cats", "seg", "model", "corpus", "version"]
    assert parts["cats"] == "8"
