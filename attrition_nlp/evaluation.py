"""How good a classifier is, with intervals, beside the baselines, by slice."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_fscore_support

from attrition_nlp.baselines import baselines
from attrition_nlp.categories import OTHER, category_ids, core_view
from attrition_nlp.classifier import Classifier
from attrition_nlp.corpus import NOT_A_LETTER, Corpus, grouped_folds
from attrition_nlp.errors import InputError
from attrition_nlp.metrics import Figure, bootstrap, calibration_error, macro_f1, micro_f1
from attrition_nlp.results import LabelledLetter, Prediction


@dataclass(frozen=True, slots=True)
class CategoryScores:
    """Precision, recall and F1 of one category, and how many letters truly have it."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Evaluation:
    """Everything measured on one labelled file; :meth:`to_text` shows it, ``asdict`` stores it.

    ``coverage`` pairs shares of letters kept, most confident first, with accuracy on them.
    ``confusion`` has a row for each true category, a column for each predicted one.
    """

    n_letters: int
    figures: dict[str, Figure]
    categories: dict[str, CategoryScores]
    core: dict[str, CategoryScores]
    confusion: list[list[int]]
    coverage: list[tuple[float, float]]
    reliability: list[tuple[float, float, int]]
    baselines: dict[str, dict[str, Figure]]
    slices: dict[str, dict[str, tuple[int, float]]]
    signature: str
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> str:
        """The whole evaluation as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    def to_text(self) -> str:
        """The evaluation as readable lines for a terminal."""
        lines = [f"{self.n_letters} texts   {self.signature}", ""]
        width = max(map(len, self.figures))
        lines += [f"{name:<{width}}  {figure}" for name, figure in self.figures.items()]
        for title, table in (("category", self.categories), ("core view", self.core)):
            lines += ["", f"{title:<20}  precision  recall     F1  letters"]
            lines += [
                f"{id:<20}  {s.precision:9.3f}  {s.recall:6.3f}  {s.f1:5.3f}  {s.support:7d}"
                for id, s in table.items()
            ]
        if self.baselines:
            lines += ["", "beside, in the same run"]
            for name, figures in self.baselines.items():
                shown = "   ".join(f"{key} {figure}" for key, figure in figures.items())
                lines.append(f"{name:<16}  {shown}")
        for name, values in self.slices.items():
            lines += ["", f"accuracy by {name}"]
            lines += [f"  {key:<24} {share:.3f}  ({n})" for key, (n, share) in values.items()]
        lines += ["", *self.notes] if self.notes else []
        return "\n".join(lines)


@dataclass(frozen=True)
class _Outcome:
    """Truth and predictions as arrays, letters only; shapes (n,) and (n, n_categories)."""

    truth: NDArray[np.intp]
    predicted: NDArray[np.intp]
    confidence: NDArray[np.float64]
    second: NDArray[np.intp]
    present: NDArray[np.bool_]
    found: NDArray[np.bool_]
    accepted: NDArray[np.bool_]
    quoted: NDArray[np.float64]
    groups: NDArray[np.intp]


def _quote_hit(letter: LabelledLetter, prediction: Prediction) -> float:
    """1 where the first quote meets a true quote of the true primary, 0 where not, else nan."""
    true = [quote for quote in letter.quotes if quote.category == letter.primary]
    if not true or letter.primary == OTHER:
        return float("nan")
    if not prediction.evidence:
        return 0.0
    first = prediction.evidence[0]
    return float(any(first.start < quote.end and quote.start < first.end for quote in true))


def _outcome(letters: Sequence[LabelledLetter], predictions: Sequence[Prediction]) -> _Outcome:
    ids = category_ids()
    number = {id: k for k, id in enumerate(ids)}
    scores = np.array([[p.scores[id] for id in ids] for p in predictions])
    names = sorted({letter.group for letter in letters})
    return _Outcome(
        truth=np.array([number[letter.primary] for letter in letters]),
        # A letter that the gate turned away is wrong under every category.
        predicted=np.array([number[p.primary] if p.primary else -1 for p in predictions]),
        confidence=np.array([p.confidence for p in predictions]),
        second=np.argsort(-scores, axis=1, kind="stable")[:, :2],
        present=np.array([[id in (x.primary, *x.secondary) for id in ids] for x in letters]),
        found=np.array([[id in (p.primary, *p.secondary) for id in ids] for p in predictions]),
        accepted=np.array([p.is_letter and not p.needs_review for p in predictions]),
        quoted=np.array([_quote_hit(x, p) for x, p in zip(letters, predictions, strict=True)]),
        groups=np.array([names.index(letter.group) for letter in letters]),
    )


def _core_numbers(labels: NDArray[np.intp]) -> NDArray[np.str_]:
    ids = category_ids()
    return np.array([core_view(ids[k]) if k >= 0 else "none" for k in labels])


def _figures(o: _Outcome) -> dict[str, Figure]:
    ids = category_ids()
    correct = o.predicted == o.truth
    core_ids = [id for id in ids if core_view(id) == id and id != OTHER]
    core_true, core_found = _core_numbers(o.truth), _core_numbers(o.predicted)

    def mean(values: NDArray[Any]) -> Callable[[NDArray[np.intp]], float]:
        return lambda rows: float(np.mean(values[rows])) if len(rows) else float("nan")

    def precision(rows: NDArray[np.intp]) -> float:
        kept = rows[o.accepted[rows]]
        return float(correct[kept].mean()) if len(kept) else float("nan")

    def hit(rows: NDArray[np.intp]) -> float:
        known = rows[~np.isnan(o.quoted[rows])]
        return float(o.quoted[known].mean()) if len(known) else float("nan")

    statistics: dict[str, Callable[[NDArray[np.intp]], float]] = {
        "accuracy": mean(correct),
        "macro-F1": lambda r: macro_f1(o.truth[r], o.predicted[r], range(len(ids))),
        "core accuracy": mean(core_true == core_found),
        "core macro-F1": lambda r: macro_f1(core_true[r], core_found[r], core_ids),
        "primary among first two": mean((o.second == o.truth[:, None]).any(axis=1)),
        "micro-F1 of all reasons": lambda r: micro_f1(o.present[r], o.found[r]),
        "first quote hits": hit,
        "share not sent to review": mean(o.accepted),
        "accuracy not sent to review": precision,
        "calibration error": lambda r: calibration_error(o.confidence[r], correct[r]),
    }
    return {name: bootstrap(statistic, o.groups) for name, statistic in statistics.items()}


def _beside(o: _Outcome, guessed: NDArray[np.intp]) -> dict[str, Figure]:
    """A baseline's figures and the classifier's lead over it, on the same letters."""
    core_true, core_guessed = _core_numbers(o.truth), _core_numbers(guessed)
    core_ids = [id for id in category_ids() if core_view(id) == id and id != OTHER]
    right = (guessed == o.truth).astype(float)
    lead = (o.predicted == o.truth) - right
    return {
        "accuracy": bootstrap(lambda r: float(right[r].mean()), o.groups),
        "core macro-F1": bootstrap(
            lambda r: macro_f1(core_true[r], core_guessed[r], core_ids), o.groups
        ),
        "lead in accuracy": bootstrap(lambda r: float(lead[r].mean()), o.groups),
    }


def _table(
    truth: NDArray[Any], predicted: NDArray[Any], labels: Sequence[Any], names: Sequence[str]
) -> dict[str, CategoryScores]:
    p, r, f, n = precision_recall_fscore_support(
        truth, predicted, labels=list(labels), zero_division=0
    )
    return {
        name: CategoryScores(float(p[k]), float(r[k]), float(f[k]), int(n[k]))
        for k, name in enumerate(names)
    }


def _slices(
    letters: Sequence[LabelledLetter], correct: NDArray[np.bool_], least: int = 5
) -> dict[str, dict[str, tuple[int, float]]]:
    """Accuracy by length, kind, register, trap and trade; slices under ``least`` left out."""

    def length(letter: LabelledLetter) -> list[str]:
        n = len(letter.text)
        return ["under 250" if n < 250 else "250 to 700" if n <= 700 else "over 700"]

    views: dict[str, Callable[[LabelledLetter], Sequence[str]]] = {
        "length": length,
        "kind": lambda x: [x.kind],
        "primary": lambda x: [x.primary],
        "register": lambda x: [x.register] if x.register else [],
        "trap": lambda x: x.traps,
        "trade": lambda x: [x.role] if x.role else [],
    }
    found: dict[str, dict[str, tuple[int, float]]] = {}
    for name, view in views.items():
        rows: dict[str, list[bool]] = {}
        for letter, right in zip(letters, correct, strict=True):
            for key in view(letter):
                rows.setdefault(key, []).append(bool(right))
        kept = {k: (len(v), float(np.mean(v))) for k, v in rows.items() if len(v) >= least}
        if kept:
            found[name] = dict(sorted(kept.items(), key=lambda item: (item[1][1], item[0])))
    return found


def summarise(
    letters: Sequence[LabelledLetter],
    predictions: Sequence[Prediction],
    signature: str,
    beside: dict[str, NDArray[np.str_]] | None = None,
) -> Evaluation:
    """Measure predictions against labels.

    ``beside`` holds baselines' primaries for the same letters. Texts labelled ``not_a_letter``
    count for the gate only.

    Raises:
        InputError: no letter among the texts.
    """
    is_letter = np.array([letter.primary != NOT_A_LETTER for letter in letters])
    if not is_letter.any():
        raise InputError("evaluation", "no labelled letter in the file", "give at least one")
    passed = np.array([prediction.is_letter for prediction in predictions])
    kept = [int(i) for i in np.flatnonzero(is_letter)]
    inside = [letters[i] for i in kept]
    o = _outcome(inside, [predictions[i] for i in kept])
    ids = category_ids()
    correct = o.predicted == o.truth
    figures = _figures(o)
    if not is_letter.all():
        every = np.arange(len(letters))
        gates = {
            "gate precision": lambda r: float(
                (is_letter & passed)[r].sum() / max(1, passed[r].sum())
            ),
            "gate recall": lambda r: float(
                (is_letter & passed)[r].sum() / max(1, is_letter[r].sum())
            ),
        }
        figures |= {name: bootstrap(statistic, every) for name, statistic in gates.items()}
    order = np.argsort(-o.confidence, kind="stable")
    coverage = [
        (share / 20, float(correct[order[: max(1, len(order) * share // 20)]].mean()))
        for share in range(1, 21)
    ]
    bins = [part for part in np.array_split(order[::-1], 10) if len(part)]
    core_names = list(dict.fromkeys(core_view(id) for id in ids))
    others: dict[str, dict[str, Figure]] = {}
    for name, labels in (beside or {}).items():
        guessed = np.array([ids.index(label) for label in labels])[kept]
        others[name] = _beside(o, guessed)
    width = len(ids)
    confusion = np.zeros((width, width + 1), dtype=int)
    np.add.at(confusion, (o.truth, np.where(o.predicted < 0, width, o.predicted)), 1)
    return Evaluation(
        n_letters=len(letters),
        figures=figures,
        categories=_table(o.truth, o.predicted, range(width), ids),
        core=_table(_core_numbers(o.truth), _core_numbers(o.predicted), core_names, core_names),
        confusion=confusion.tolist(),
        coverage=coverage,
        reliability=[
            (float(o.confidence[part].mean()), float(correct[part].mean()), len(part))
            for part in bins
        ],
        baselines=others,
        slices=_slices(inside, correct),
        signature=signature,
    )


def evaluate(
    classifier: Classifier,
    letters: Sequence[LabelledLetter],
    *,
    beside: Corpus | None = None,
) -> Evaluation:
    """Measure a classifier on labelled letters it has not seen.

    With ``beside``, the baselines are trained on that corpus and measured in the same run.

    Raises:
        InputError: no letter among the texts.
    """
    texts = [letter.text for letter in letters]
    predictions = list(classifier.predict_many(texts))
    guesses: dict[str, NDArray[np.str_]] = {}
    if beside is not None:
        known = [*beside.letters, *beside.notes]
        for name, baseline in baselines().items():
            baseline.fit([x.text for x in known], [x.primary for x in known])
            guesses[name] = np.asarray(baseline.predict(texts))
    return summarise(letters, predictions, str(classifier.signature), guesses)


def cross_validate(
    corpus: Corpus,
    fit: Callable[[Corpus], Classifier],
    *,
    n_folds: int = 5,
    seed: int = 0,
    n_jobs: int = 1,
) -> Evaluation:
    """Grouped cross-validation on the corpus letters, baselines on the same folds.

    ``fit`` trains on a corpus without the fold's letters; near-duplicates never stand on both
    sides.
    """
    letters = corpus.letters
    folds = grouped_folds(letters, n_folds, seed)

    def one(test_rows: NDArray[np.intp]) -> tuple[Any, Any, str]:
        held = frozenset(letters[i].group for i in test_rows)
        rest = corpus.without_groups(held)
        classifier = fit(rest)
        texts = [letters[i].text for i in test_rows]
        guesses = {}
        for name, baseline in baselines().items():
            baseline.fit([x.text for x in rest.letters], [x.primary for x in rest.letters])
            guesses[name] = list(baseline.predict(texts))
        return list(classifier.predict_many(texts)), guesses, str(classifier.signature)

    results = Parallel(n_jobs=n_jobs)(delayed(one)(test_rows) for _, test_rows in folds)
    predictions: dict[int, Prediction] = {}
    beside: dict[str, dict[int, str]] = {}
    for (_, test_rows), (found, guesses, _) in zip(folds, results, strict=True):
        predictions.update(zip(map(int, test_rows), found, strict=True))
        for name, labels in guesses.items():
            beside.setdefault(name, {}).update(zip(map(int, test_rows), labels, strict=True))
    order = range(len(letters))
    return summarise(
        letters,
        [predictions[i] for i in order],
        f"{n_folds} grouped folds, seed {seed}; {results[0][2]}",
        {name: np.array([labels[i] for i in order]) for name, labels in beside.items()},
    )
