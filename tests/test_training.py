from __future__ import annotations

import numpy as np
import pytest

from attrition_nlp.categories import category_ids
from attrition_nlp.classifier import Classifier
from attrition_nlp.corpus import Corpus, near_duplicate_groups
from attrition_nlp.results import LabelledLetter, Quote
from attrition_nlp.training import best_threshold, label_clauses, review_threshold, train

TEXT = "谢谢领导。这几年三班倒身体垮了,医生让我休息。祝公司越来越好,祝大家身体健康。" * 2


def test_clauses_take_the_label_of_the_quote_they_hold() -> None:
    quote = Quote("health_shift", TEXT.index("这几年"), TEXT.index("医生"))
    letter = LabelledLetter("a", TEXT, "health_shift", quotes=(quote,))
    parts = label_clauses(letter)
    assert list(zip(parts.texts, parts.labels, strict=True))[:3] == [
        ("谢谢领导", "none"),
        ("这几年三班倒身体垮了,医生让我休息", "health_shift"),
        ("祝公司越来越好,祝大家身体健康", "none"),
    ]


def test_without_exhaustive_quotes_no_clause_is_labelled() -> None:
    letter = LabelledLetter("a", TEXT, "health_shift", exhaustive=False)
    assert label_clauses(letter).labels == ()


def test_best_threshold_separates() -> None:
    proba = np.array([[0.9, 0.2], [0.8, 0.1]])
    truth = np.array([[True, False], [True, False]])
    assert 0.2 < best_threshold(proba, truth) <= 0.8


def test_review_threshold_keeps_its_promise() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.uniform(size=4000)
    correct = rng.uniform(size=4000) < confidence
    threshold = review_threshold(confidence, correct, 0.05)
    assert (~correct[confidence >= threshold]).mean() <= 0.05
    assert review_threshold(confidence, correct & False, 0.05) > 1


def test_a_small_corpus_trains_a_classifier_that_knows_what_it_saw(
    small: Classifier, small_corpus: Corpus
) -> None:
    letters = small_corpus.letters
    found = [p.primary for p in small.predict_many(x.text for x in letters)]
    right = sum(a == b.primary for a, b in zip(found, letters, strict=True))
    assert right > 0.7 * len(letters)


@pytest.fixture(scope="module")
def without_seeds(corpus: Corpus) -> Classifier:
    """Trained on the whole corpus less the seed letters and their near-duplicates."""
    seeds = [letter for letter in corpus.letters if letter.source == "seed"]
    others = [letter for letter in corpus.letters if letter.source != "seed"]
    groups = near_duplicate_groups([letter.text for letter in (*seeds, *others)])
    near = {
        letter.group
        for letter, group in zip((*seeds, *others), groups, strict=True)
        if group in groups[: len(seeds)]
    }
    rest = corpus.without_groups(frozenset(near))
    assert not [letter for letter in rest.letters if letter.source == "seed"]
    return train(rest)


UNREAD = (
    "the tense call centre is told in one clause, and its basic needs in words nobody else uses"
)


@pytest.mark.parametrize(
    "primary",
    [
        "health_shift",
        "family_distance",
        "capability",
        pytest.param("workload", marks=pytest.mark.xfail(strict=True, reason=UNREAD)),
    ],
)
def test_without_the_seed_letters_each_seed_keeps_its_category(
    without_seeds: Classifier, corpus: Corpus, primary: str
) -> None:
    seed = next(x for x in corpus.letters if x.source == "seed" and x.primary == primary)
    assert without_seeds.predict(seed.text).primary == primary


def test_every_category_can_be_named(shipped: Classifier, corpus: Corpus) -> None:
    texts = [letter.text for letter in corpus.notes[::5]]
    found = {prediction.primary for prediction in shipped.predict_many(texts)}
    assert set(category_ids()) <= found


def test_training_does_not_depend_on_workers(small_corpus: Corpus) -> None:
    one = train(small_corpus, n_jobs=1).predict_proba(["太累了,想辞职"])
    two = train(small_corpus, n_jobs=2).predict_proba(["太累了,想辞职"])
    assert np.array_equal(one, two)
