"""Shared fixtures: the shipped classifier, and a small one trained in seconds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from attrition_nlp.classifier import Classifier
from attrition_nlp.corpus import Corpus, read_corpus
from attrition_nlp.training import train

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shipped() -> Classifier:
    return Classifier.load()


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return read_corpus()


@pytest.fixture(scope="session")
def small_corpus(corpus: Corpus) -> Corpus:
    """Every category and every kind of data, in the least amount that trains."""
    by_primary: dict[str, list[int]] = {}
    for index, letter in enumerate(corpus.letters):
        by_primary.setdefault(letter.primary, []).append(index)
    chosen = sorted(index for rows in by_primary.values() for index in rows[:12])
    return Corpus(
        letters=tuple(corpus.letters[index] for index in chosen),
        notes=corpus.notes[:: max(1, len(corpus.notes) // 100)],
        clauses=corpus.clauses[:: max(1, len(corpus.clauses) // 600)],
        other_texts=corpus.other_texts[:40],
        digest="small",
    )


@pytest.fixture(scope="session")
def small(small_corpus: Corpus) -> Classifier:
    return train(small_corpus, n_jobs=1)
