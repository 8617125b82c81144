"""A letter in, a :class:`Prediction` out: gate, primary, secondary, evidence, confidence, review.

One and many go the same way: :meth:`Classifier.predict` is :meth:`Classifier.predict_many` of a
single text. Each distinct clause of a batch is scored once, since stock sentences recur.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attrition_nlp.categories import OTHER, category_ids
from attrition_nlp.errors import InputError
from attrition_nlp.gate import Gate
from attrition_nlp.letter import LetterModel, pooled_features
from attrition_nlp.model import ClauseModel, Contribution
from attrition_nlp.results import Evidence, Prediction, Signature
from attrition_nlp.text import Clause, Normalised, is_brief, normalise, split_clauses

FloatArray = NDArray[np.float64]

_CHUNK = 256
_QUOTED = 0.2  # the share of a clause's probability from which it is quoted
_MOST_QUOTES = 5


class _Reading(NamedTuple):
    """A text taken apart.

    ``proba`` has a row for each clause and a column for each category; ``gate`` is the probability
    that the text is a letter.
    """

    text: str
    normal: Normalised
    clauses: list[Clause]
    proba: FloatArray
    gate: float


@dataclass(frozen=True, slots=True)
class ClauseReading:
    """One clause of an explained letter: where it stands and what it adds to each category."""

    text: str
    start: int
    end: int
    scores: dict[str, float]
    words: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A prediction and every clause's share in it; shares of a category add up to its score."""

    prediction: Prediction
    clauses: tuple[ClauseReading, ...]
    scores: dict[str, float]


@dataclass(frozen=True)
class Classifier:
    """Tells why the writer of a letter leaves.

    Load the shipped one with :meth:`load`; train another with :func:`attrition_nlp.train`.

    >>> classifier = Classifier.load()
    >>> p = classifier.predict("尊敬的领导:您好!三班倒让我得了咽喉炎,医生建议静养,特此辞职。")
    >>> p.primary, p.is_letter
    ('health_shift', True)
    """

    model: ClauseModel
    letter: LetterModel
    gate: Gate
    signature: Signature

    @classmethod
    def load(cls, path: str | Path | None = None) -> Classifier:
        """Load a model folder, by default the shipped one.

        Raises:
            ModelError: the folder is missing, damaged, or of an unknown format.
        """
        from attrition_nlp.artifact import load_classifier

        return load_classifier(path)

    def save(self, path: str | Path) -> None:
        """Write this classifier to a folder of data files; same classifier, same bytes."""
        from attrition_nlp.artifact import save_classifier

        save_classifier(self, path)

    @property
    def classes_(self) -> NDArray[np.str_]:
        """The category ids, the columns of :meth:`predict_proba`; shape (n_categories,)."""
        return np.array(category_ids())

    def predict(self, text: str) -> Prediction:
        """Classify one text.

        Raises:
            InputError: ``text`` is no string.
        """
        return next(self.predict_many([text]))

    def predict_many(self, texts: Iterable[str]) -> Iterator[Prediction]:
        """Classify texts lazily, in order; memory stays bounded however many there are.

        Raises:
            InputError: a text is no string; the message gives its number, from 0.
        """
        source = iter(texts)
        done = 0
        while chunk := list(islice(source, _CHUNK)):
            yield from self._predict_chunk(chunk, done)
            done += len(chunk)

    def predict_proba(self, texts: Sequence[str]) -> FloatArray:
        """Probability of each category to be primary, shape (n_letters, n_categories).

        Rows sum to 1. The gate has no part in it.
        """
        readings = self._read(list(texts), 0)
        return self._proba(readings)[0]

    def explain(self, text: str) -> Explanation:
        """A prediction with the share of every clause and of every feature in it."""
        reading = self._read([text], 0)[0]
        prediction = self.predict(text)
        label = prediction.primary or OTHER
        ids = category_ids()
        clauses = []
        for clause, row in zip(reading.clauses, reading.proba, strict=True):
            start, end = reading.normal.original(clause.start, clause.end)
            words = self.model.contributions(reading.normal.text[clause.start : clause.end], label)
            scores = dict(zip(ids, map(float, row), strict=True))
            clauses.append(ClauseReading(text[start:end], start, end, scores, tuple(words[1])))
        total = dict(zip(ids, map(float, reading.proba.sum(axis=0)), strict=True))
        return Explanation(prediction, tuple(clauses), total)

    def _read(self, texts: list[str], first: int) -> list[_Reading]:
        if not texts:
            return []
        normals: list[Normalised] = []
        for number, text in enumerate(texts, first):
            if not isinstance(text, str):
                raise InputError(
                    f"text {number}", f"is {type(text).__name__}, not str", "pass letters as str"
                )
            normals.append(normalise(text))
        clauses = [split_clauses(normal.text) for normal in normals]
        distinct: dict[str, int] = {}
        rows = [
            [distinct.setdefault(normal.text[c.start : c.end], len(distinct)) for c in spans]
            for normal, spans in zip(normals, clauses, strict=True)
        ]
        proba = self.model.category_proba(self.model.vectors(list(distinct)))
        probas = [proba[row] for row in rows]
        gates = self.gate.proba([normal.text for normal in normals], probas)
        return [
            _Reading(text, normal, spans, of_clauses, float(is_letter))
            for text, normal, spans, of_clauses, is_letter in zip(
                texts, normals, clauses, probas, gates, strict=True
            )
        ]

    def _proba(self, readings: Sequence[_Reading]) -> tuple[FloatArray, FloatArray]:
        """Probabilities to be primary and to be present, each (n_letters, n_categories)."""
        primary = np.zeros((len(readings), len(category_ids())))
        present = np.zeros_like(primary)
        kinds = [is_brief(reading.normal.text) for reading in readings]
        for brief in (False, True):
            rows = [i for i, kind in enumerate(kinds) if kind == brief]
            if rows:
                heads = self.letter.heads(brief)
                features = pooled_features([readings[i].proba for i in rows], brief)
                primary[rows] = heads.primary_proba(features)
                present[rows] = heads.present_proba(features)
        return primary, present

    def _predict_chunk(self, texts: list[str], first: int) -> Iterator[Prediction]:
        readings = self._read(texts, first)
        for reading, primary, present in zip(readings, *self._proba(readings), strict=True):
            yield self._decide(reading, primary, present)

    def _decide(
        self, reading: _Reading, probability: FloatArray, presence: FloatArray
    ) -> Prediction:
        ids = category_ids()
        scores = dict(zip(ids, map(float, probability), strict=True))
        if not reading.text.strip():
            return Prediction(
                None,
                0.0,
                needs_review=True,
                is_letter=False,
                scores=scores,
                problem="the text is empty",
            )
        if reading.gate < self.gate.threshold:
            return Prediction(None, 1.0 - reading.gate, is_letter=False, scores=scores)
        heads = self.letter.heads(is_brief(reading.normal.text))
        primary = ids[int(probability.argmax())]
        secondary: tuple[str, ...] = ()
        if primary != OTHER:
            ranked = sorted(zip(-presence, ids, strict=True))
            secondary = tuple(
                id
                for absence, id in ranked
                if -absence >= heads.present_threshold and id not in (primary, OTHER)
            )
        confidence = scores[primary]
        return Prediction(
            primary=primary,
            confidence=confidence,
            secondary=secondary,
            evidence=_evidence(reading, (primary, *secondary)),
            needs_review=confidence < heads.review_threshold,
            scores=scores,
        )


def _evidence(reading: _Reading, wanted: Sequence[str]) -> tuple[Evidence, ...]:
    """Passages that speak for the wanted categories, most telling first within each.

    A passage is a run of neighbouring sentences that all speak for the category, from the first
    clause that does to the last; its weight is the sum of its clauses' shares in the score.
    """
    ids = category_ids()
    found: list[Evidence] = []
    for label in wanted:
        shares = reading.proba[:, ids.index(label)]
        passages: list[list[int]] = []
        for index in np.flatnonzero((shares >= _QUOTED) & (shares >= reading.proba.max(axis=1))):
            sentence = reading.clauses[index].sentence
            if passages and sentence - reading.clauses[passages[-1][-1]].sentence <= 1:
                passages[-1].append(int(index))
            else:
                passages.append([int(index)])
        pieces = []
        for run in passages:
            first, last = reading.clauses[run[0]], reading.clauses[run[-1]]
            start, end = reading.normal.original(first.start, last.end)
            weight = float(shares[run[0] : run[-1] + 1].sum())
            pieces.append(Evidence(reading.text[start:end], start, end, label, weight))
        pieces.sort(key=lambda piece: (-piece.weight, piece.start))
        found.extend(pieces[:_MOST_QUOTES])
    return tuple(found)
