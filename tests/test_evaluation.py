from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from attrition_nlp.categories import category_ids
from attrition_nlp.classifier import Classifier
from attrition_nlp.corpus import NOT_A_LETTER, Corpus
from attrition_nlp.errors import InputError
from attrition_nlp.evaluation import cross_validate, evaluate, summarise
from attrition_nlp.results import Evidence, LabelledLetter, Prediction, Quote
from attrition_nlp.training import train


def letter(number: int, primary: str, *secondary: str) -> LabelledLetter:
    quotes = (Quote(primary, 0, 2),) if primary in category_ids() else ()
    return LabelledLetter(
        str(number), "太累了辞职", primary, secondary, quotes, group=str(number), traps=("denial",)
    )


def prediction(primary: str | None, confidence: float, start: int = 0) -> Prediction:
    rest = (1 - confidence) / 7
    scores = {id: confidence if id == primary else rest for id in category_ids()}
    evidence = (Evidence("x", start, start + 2, primary, 1.0),) if primary else ()
    return Prediction(primary, confidence, (), evidence, is_letter=bool(primary), scores=scores)


LETTERS = [letter(0, "workload"), letter(1, "workload", "compensation"), letter(2, "other")] * 2
FOUND = [
    prediction("workload", 0.9),
    prediction("capability", 0.8, start=3),
    prediction("other", 0.7),
] * 2


def test_figures_by_hand() -> None:
    result = summarise(LETTERS, FOUND, "signature")
    value = {name: figure.value for name, figure in result.figures.items()}
    assert value["accuracy"] == pytest.approx(2 / 3)
    assert value["core accuracy"] == pytest.approx(2 / 3)
    assert value["first quote hits"] == pytest.approx(1 / 2)
    assert value["micro-F1 of all reasons"] == pytest.approx(2 * 4 / (8 + 6))
    assert value["share not sent to review"] == 1.0
    assert result.confusion[2][3] == 2
    assert result.categories["workload"].recall == pytest.approx(0.5)
    assert result.slices["trap"]["denial"] == (6, pytest.approx(2 / 3))


def test_a_letter_turned_away_by_the_gate_is_wrong() -> None:
    result = summarise(LETTERS[:1], [prediction(None, 0.9)], "signature")
    assert result.figures["accuracy"].value == 0
    assert result.confusion[2][8] == 1


def test_texts_that_are_no_letter_measure_the_gate_alone() -> None:
    texts = [*LETTERS[:3], letter(9, NOT_A_LETTER), letter(10, NOT_A_LETTER)]
    found = [*FOUND[:3], prediction(None, 0.9), prediction("other", 0.9)]
    result = summarise(texts, found, "signature")
    assert result.figures["gate precision"].value == pytest.approx(3 / 4)
    assert result.figures["gate recall"].value == 1.0
    assert result.figures["accuracy"].value == pytest.approx(2 / 3)


def test_baselines_show_the_lead() -> None:
    beside = {"majority": np.array(["workload"] * 6)}
    result = summarise(LETTERS, FOUND, "signature", beside)
    figures = result.baselines["majority"]
    assert figures["accuracy"].value == pytest.approx(2 / 3)
    assert figures["lead in accuracy"].value == pytest.approx(0.0)


def test_text_and_json() -> None:
    result = summarise(LETTERS, FOUND, "the signature")
    assert "the signature" in result.to_text()
    assert json.loads(result.to_json())["n_letters"] == 6


def test_no_letter_at_all() -> None:
    with pytest.raises(InputError) as caught:
        summarise([letter(0, NOT_A_LETTER)], [prediction(None, 1.0)], "")
    assert str(caught.value) == "evaluation: no labelled letter in the file; give at least one"


def test_evaluate_beside_baselines(small: Classifier, small_corpus: Corpus) -> None:
    result = evaluate(small, small_corpus.letters[::4], beside=small_corpus)
    assert set(result.baselines) == {"majority", "keyword rules", "plain pipeline"}
    assert result.figures["accuracy"].value > result.baselines["majority"]["accuracy"].value


def test_cross_validation_holds_every_letter_out_once(small_corpus: Corpus) -> None:
    few = replace(small_corpus, letters=small_corpus.letters[::2])
    seen: list[int] = []

    def fit(rest: Corpus) -> Classifier:
        seen.append(len(rest.letters))
        return train(rest, n_jobs=1)

    result = cross_validate(few, fit, n_folds=3)
    assert sum(len(few.letters) - n for n in seen) == len(few.letters) == result.n_letters
