"""Designs compared by grouped cross-validation on the corpus letters; prints a Markdown table.

Words, characters and concepts are counted once over all texts; labels never cross a fold. Every
row is scored on the same five grouped folds, on all letters and on those that follow real ones
(``retold`` and ``modelled``), which are the harder.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from attrition_nlp.baselines import plain_pipeline
from attrition_nlp.categories import category_ids
from attrition_nlp.corpus import NONE, grouped_folds, read_corpus
from attrition_nlp.letter import pooled_features
from attrition_nlp.model import CharNgrams, Concepts, WordNgrams
from attrition_nlp.text import normalise
from attrition_nlp.training import TrainingSettings, label_clauses

warnings.simplefilter("ignore", ConvergenceWarning)
IDS = [*category_ids(), NONE]
TURN = re.compile("但|只是|然而|不过|可是|可惜|无奈|遗憾")
RANK = re.compile("主要|归根|说到底|说白了|首先|其次|一来|二来|第[一二三四]|一是|二是|原因")
DENIAL = re.compile("不是|并非|无关|不怪|没有因为")
CONCESSION = re.compile("虽然|尽管|固然|即使")


def saga(c: float = 4.0, passes: int = 15) -> LogisticRegression:
    return LogisticRegression(C=c, solver="saga", max_iter=passes, tol=0.0, random_state=0)


def cues(texts: list[str]) -> list[list[str]]:
    """Place in the letter, and cues of turn, ranking, denial and concession, of each clause."""
    rows = []
    turned = False
    for place, text in enumerate(texts):
        turned = turned or bool(TURN.search(text))
        row = [f"tenth{10 * place // len(texts)}", f"start{min(place, 3)}", f"turned{turned}"]
        for name, cue in (("t", TURN), ("r", RANK), ("d", DENIAL), ("c", CONCESSION)):
            if cue.search(text):
                row.append(name)
        rows.append(row)
    return rows


class Bench:
    """The clauses of the corpus as feature blocks, and the folds."""

    def __init__(self) -> None:
        corpus = read_corpus()
        self.letters = corpus.letters
        self.folds = grouped_folds(self.letters, 5)
        self.truth = np.array([IDS.index(letter.primary) for letter in self.letters])
        self.hard = np.array([x.source in ("retold", "modelled") for x in self.letters])
        parts = [label_clauses(letter) for letter in self.letters]
        notes = [label_clauses(note) for note in corpus.notes]
        texts = [normalise(clause.text).text for clause in corpus.clauses]
        labels = [clause.label for clause in corpus.clauses]
        for part in notes:
            if part.labels:
                texts.extend(part.texts)
                labels.extend(part.labels)
        neighbours: list[list[str]] = [[] for _ in texts]
        places: list[list[str]] = [[] for _ in texts]
        owner = [-1] * len(texts)
        words = WordNgrams()
        for number, part in enumerate(parts):
            cut = [words(text) for text in part.texts]
            for k in range(len(cut)):
                before = [f"before {w}" for w in (cut[k - 1] if k else [])]
                after = [f"after {w}" for w in (cut[k + 1] if k + 1 < len(cut) else [])]
                neighbours.append(before + after)
            places.extend(cues(list(part.texts)))
            texts.extend(part.texts)
            labels.extend(part.labels)
            owner.extend([number] * len(part.texts))
        self.labels = np.array([IDS.index(label) for label in labels])
        self.owner = np.array(owner)
        self.blocks = {
            name: csr_matrix(
                TfidfVectorizer(
                    analyzer=analyzer, min_df=least, sublinear_tf=True, dtype=np.float32
                ).fit_transform(source)
            )
            for name, analyzer, least, source in (
                ("words", words, 2, texts),
                ("characters", CharNgrams(), 3, texts),
                ("concepts", Concepts(), 2, texts),
                ("neighbours", list, 3, neighbours),
                ("place and cues", list, 2, places),
            )
        }
        self.rows: list[list[int]] = [[] for _ in self.letters]
        for row, number in enumerate(owner):
            if number >= 0:
                self.rows[number].append(row)

    def features(self, names: dict[str, float]) -> csr_matrix:
        return csr_matrix(hstack([self.blocks[n] * np.float32(w) for n, w in names.items()]))

    def proba(self, features: csr_matrix | np.ndarray, make: Callable[[], object]) -> np.ndarray:
        """Out-of-fold class probabilities of the letters' clauses."""
        found = np.zeros((len(self.labels), len(IDS)))
        for _, test in self.folds:
            inside = np.isin(self.owner, test)
            model = make()
            model.fit(features[~inside], self.labels[~inside])
            if hasattr(model, "predict_proba"):
                scores = model.predict_proba(features[inside])
            else:
                margin = model.decision_function(features[inside])
                scores = np.exp(2 * margin) / np.exp(2 * margin).sum(axis=1, keepdims=True)
            found[np.ix_(np.flatnonzero(inside), model.classes_)] = scores
        return found

    def sums(self, proba: np.ndarray) -> np.ndarray:
        """The sum rule, with a floor for "other"."""
        scores = np.array([proba[rows, :8].sum(axis=0) for rows in self.rows])
        scores[:, 7] = np.maximum(scores[:, 7], 0.5)
        return scores

    def heads(self, proba: np.ndarray, natural: bool = True) -> np.ndarray:
        """The shipped heads, on the same folds."""
        features = pooled_features([proba[rows, :8] for rows in self.rows], brief=False)
        share = np.bincount(self.truth, minlength=8) / len(self.truth)
        weight = np.sqrt(np.array(TrainingSettings().mix)[self.truth] / share[self.truth])
        weight = weight if natural else np.ones(len(weight))
        found = np.zeros((len(self.truth), 8))
        for train, test in self.folds:
            fitted = LogisticRegression(C=10.0, max_iter=3000)
            fitted.fit(features[train], self.truth[train], weight[train])
            found[test] = fitted.predict_proba(features[test])
        return found

    def show(self, name: str, scores: np.ndarray, proba: np.ndarray | None = None) -> None:
        right = scores.argmax(axis=1) == self.truth
        second = (np.argsort(-scores, axis=1)[:, :2] == self.truth[:, None]).any(axis=1)
        clauses = ""
        if proba is not None:
            inside = self.owner >= 0
            clauses = f"{(proba[inside].argmax(axis=1) == self.labels[inside]).mean():.3f}"
        cells = [right.mean(), second.mean(), right[self.hard].mean(), second[self.hard].mean()]
        numbers = " | ".join(f"{cell:.3f}" for cell in cells)
        print(f"| {name} | {numbers} | {clauses} |", flush=True)


def main() -> None:
    bench = Bench()
    texts = [letter.text for letter in bench.letters]
    print(
        f"{len(texts)} letters, of them {bench.hard.sum()} that follow real ones; "
        f"{len(bench.labels)} clauses\n"
    )
    print("| design | accuracy | among first two | accuracy, real-like | first two | clauses |")
    print("| --- | --- | --- | --- | --- | --- |")

    whole = np.zeros((len(texts), 8))
    for train, test in bench.folds:
        plain = plain_pipeline().fit([texts[i] for i in train], bench.truth[train])
        whole[np.ix_(test, plain.classes_)] = plain.predict_proba([texts[i] for i in test])
    bench.show("whole letters, plain pipeline", whole)

    word, char, concept = {"words": 1.0}, {"characters": 1.0}, {"concepts": 1.0}
    for name, blocks in (("words", word), ("characters", char), ("words, characters", word | char)):
        proba = bench.proba(bench.features(blocks), saga)
        bench.show(f"clauses by {name}; sum rule", bench.sums(proba), proba)
    shipped = word | char | concept
    features = bench.features(shipped)
    proba = bench.proba(features, saga)
    bench.show("+ concepts; sum rule", bench.sums(proba), proba)
    bench.show("+ concepts; heads", bench.heads(proba, natural=False))
    bench.show("**+ concepts; heads, half-way to the natural mix (shipped)**", bench.heads(proba))
    for extra, weight in (("neighbours", 0.3), ("place and cues", 0.3)):
        more = bench.proba(bench.features(shipped | {extra: weight}), saga)
        bench.show(f"shipped + {extra} (weight {weight})", bench.heads(more), more)
    window = []
    for rows in bench.rows:
        own = proba[rows]
        padded = np.vstack([np.zeros((1, 9)), own, np.zeros((1, 9))])
        mean = np.repeat(own.mean(axis=0, keepdims=True), len(own), axis=0) if rows else own
        window.append(np.hstack([own, padded[:-2], padded[2:], mean]))
    order = [row for rows in bench.rows for row in rows]
    second = np.zeros((len(bench.labels), 36), dtype=np.float32)
    second[order] = np.vstack(window)
    inside = bench.owner >= 0
    again = np.zeros_like(proba)
    for _, test in bench.folds:
        held = np.isin(bench.owner, test)
        model = LogisticRegression(max_iter=500).fit(
            second[inside & ~held], bench.labels[inside & ~held]
        )
        again[held] = model.predict_proba(second[held])
    bench.show("shipped + second pass over neighbours' probabilities", bench.heads(again), again)
    for c in (1.0, 16.0):
        other = bench.proba(features, lambda c=c: saga(c))
        bench.show(f"shipped with C = {c:g} (4 shipped)", bench.heads(other), other)
    lbfgs = bench.proba(features, lambda: LogisticRegression(C=4.0, max_iter=40))
    bench.show("shipped with 40 iterations of L-BFGS", bench.heads(lbfgs), lbfgs)
    for name, make in (("linear SVM", lambda: LinearSVC(C=0.3)), ("naive Bayes", ComplementNB)):
        other = bench.proba(features, make)
        bench.show(f"for reference: {name} on the same features", bench.heads(other), other)
    dense = TruncatedSVD(50, random_state=0).fit_transform(features).astype(np.float32)
    boosted = bench.proba(
        dense, lambda: HistGradientBoostingClassifier(max_iter=20, random_state=0)
    )
    bench.show("for reference: gradient boosting on 50 components of them", bench.heads(boosted))


if __name__ == "__main__":
    sys.exit(main())
