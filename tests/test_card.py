from __future__ import annotations

import re

from attrition_nlp.card import model_card
from attrition_nlp.classifier import Classifier
from attrition_nlp.corpus import Corpus
from attrition_nlp.evaluation import evaluate


def test_the_card_shows_what_was_measured(small: Classifier, small_corpus: Corpus) -> None:
    letters = evaluate(small, small_corpus.letters[::3], beside=small_corpus)
    notes = evaluate(small, small_corpus.notes[::3], beside=small_corpus)
    text = model_card(letters, notes)
    for name, figure in letters.figures.items():
        assert f"| {name} | {figure} |" in text
    assert str(notes.figures["accuracy"]) in text
    assert letters.signature in text
    assert re.search(r"\| accuracy \| 0\.85 \| .* \| (yes|no) \|", text)
    assert "deciding about a person" in text
