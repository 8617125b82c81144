"""Corpus to classifier.

The clause model learns from the clause bank and from every clause of the letters and notes; the
letter models learn from scores of letters that the clause model had not seen (cross-fitting), or
they would trust it more than it deserves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression

from attrition_nlp.categories import OTHER, category_ids
from attrition_nlp.classifier import Classifier
from attrition_nlp.corpus import NONE, Corpus, grouped_folds, read_corpus
from attrition_nlp.gate import Gate, gate_features, untrained_vectorizer
from attrition_nlp.letter import Heads, LetterModel, Linear, pooled_features
from attrition_nlp.model import ClauseModel, ModelSettings, fit_clause_model
from attrition_nlp.results import LabelledLetter, Signature
from attrition_nlp.text import is_brief, normalise, split_clauses
from attrition_nlp.tokens import segmenter_signature

FloatArray = NDArray[np.float64]

_SURE = 30.0  # log-odds of what training never saw otherwise


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Everything that shapes training besides the corpus; chosen in ``docs/experiments.md``.

    ``overlap`` is the share of a clause that must be quoted for it to carry the quote's label.
    ``mix`` is the natural mix of primaries in letters, in the order of the taxonomy
    (``docs/experiments.md``); letters are weighted half-way towards it.
    ``target_error`` is the share of wrong primaries allowed among letters not sent to review.
    """

    model: ModelSettings = field(default_factory=ModelSettings)
    n_folds: int = 5
    seed: int = 0
    overlap: float = 0.35
    letter_regularisation: float = 10.0
    mix: tuple[float, ...] = (0.14, 0.16, 0.035, 0.18, 0.035, 0.26, 0.09, 0.10)
    gate_regularisation: float = 50.0
    target_error: float = 0.05


def package_version() -> str:
    """The installed version, or that of a bare checkout."""
    try:
        return version("attrition-nlp")
    except PackageNotFoundError:
        return "0+checkout"


@dataclass(frozen=True, slots=True)
class LabelledClauses:
    """A letter's clauses as the model reads them, each with its label by the letter's quotes.

    ``labels`` is empty where the quotes are not exhaustive, so that nothing is known of a clause.
    """

    texts: tuple[str, ...]
    labels: tuple[str, ...]


def label_clauses(letter: LabelledLetter, overlap: float = 0.35) -> LabelledClauses:
    """Cut a labelled letter as the classifier will and give each clause a label.

    A clause takes the category that quotes most of it, if that is at least ``overlap`` of the
    clause or eight characters; all others are ``none``.
    """
    normal = normalise(letter.text)
    texts, labels = [], []
    for clause in split_clauses(normal.text):
        start, end = normal.original(clause.start, clause.end)
        shared: dict[str, int] = {}
        for quote in letter.quotes:
            common = min(end, quote.end) - max(start, quote.start)
            if common > 0:
                shared[quote.category] = shared.get(quote.category, 0) + common
        best = max(shared, key=lambda name: (shared[name], name)) if shared else NONE
        enough = best != NONE and shared[best] >= min(8, overlap * (end - start))
        texts.append(normal.text[clause.start : clause.end])
        labels.append(best if enough else NONE)
    return LabelledClauses(tuple(texts), tuple(labels) if letter.exhaustive else ())


def _bank(corpus: Corpus) -> LabelledClauses:
    """Clauses that are no part of a letter: the clause bank, cut as letters are."""
    texts, labels = [], []
    for clause in corpus.clauses:
        texts.append(normalise(clause.text).text)
        labels.append(clause.label)
    return LabelledClauses(tuple(texts), tuple(labels))


def _fit_clauses(parts: Sequence[LabelledClauses], settings: ModelSettings) -> ClauseModel:
    texts = [text for part in parts if part.labels for text in part.texts]
    labels = [label for part in parts for label in part.labels]
    return fit_clause_model(texts, labels, settings)


def _linear(
    features: FloatArray, targets: NDArray[np.int_], c: float, sample_weight: FloatArray
) -> Linear:
    """A multinomial logistic regression as a plain layer with one output a category."""
    fitted = LogisticRegression(C=c, max_iter=3000).fit(features, targets, sample_weight)
    n = len(category_ids())
    coef = np.zeros((features.shape[1], n))
    intercept = np.full(n, -_SURE)
    coef[:, fitted.classes_] = fitted.coef_.T
    intercept[fitted.classes_] = fitted.intercept_
    return Linear(coef, intercept)


def _present(features: FloatArray, present: NDArray[np.bool_], c: float) -> Linear:
    """One logistic regression a category; a category never or always present stays so."""
    n = present.shape[1]
    coef = np.zeros((features.shape[1], n))
    intercept = np.where(present.all(axis=0), _SURE, -_SURE)
    for k, column in enumerate(present.T):
        if column.any() and not column.all():
            fitted = LogisticRegression(C=c, max_iter=3000).fit(features, column)
            coef[:, k] = fitted.coef_[0]
            intercept[k] = fitted.intercept_[0]
    return Linear(coef, intercept)


def _mix_weights(targets: NDArray[np.int_], mix: Sequence[float]) -> FloatArray:
    """Weights that bring the letters' mix of primaries half-way to the natural one."""
    share = np.bincount(targets, minlength=len(mix)) / len(targets)
    return np.asarray(np.sqrt(np.array(mix)[targets] / share[targets]), dtype=np.float64)


def _heads(
    probas: Sequence[FloatArray],
    letters: Sequence[LabelledLetter],
    brief: bool,
    settings: TrainingSettings,
) -> Heads:
    """Fit the heads for texts of one kind; thresholds come from folds they have not seen."""
    ids = category_ids()
    c = settings.letter_regularisation
    features = pooled_features(probas, brief)
    targets = np.array([ids.index(letter.primary) for letter in letters])
    present = np.array([[id in (x.primary, *x.secondary) for id in ids] for x in letters])
    weight = np.ones(len(targets)) if brief else _mix_weights(targets, settings.mix)
    logits = np.zeros(present.shape)
    presence = np.zeros(present.shape)
    for rows, test_rows in grouped_folds(letters, settings.n_folds, settings.seed):
        test = features[test_rows]
        logits[test_rows] = _linear(features[rows], targets[rows], c, weight[rows])(test)
        presence[test_rows] = _present(features[rows], present[rows], c)(test)
    columns = [k for k, id in enumerate(ids) if id != OTHER]
    confidence = softmax(logits, axis=1)
    return Heads(
        primary=_linear(features, targets, c, weight),
        present=_present(features, present, c),
        present_threshold=best_threshold(expit(presence[:, columns]), present[:, columns]),
        review_threshold=review_threshold(
            confidence.max(axis=1), confidence.argmax(axis=1) == targets, settings.target_error
        ),
    )


def best_threshold(proba: FloatArray, truth: NDArray[np.bool_]) -> float:
    """The probability from which calling a reason present gives the best micro-F1."""
    flat, wanted = proba.ravel(), truth.ravel()
    order = np.argsort(-flat, kind="stable")
    hits = np.cumsum(wanted[order])
    f1 = 2 * hits / (np.arange(1, len(flat) + 1) + wanted.sum())
    return float(flat[order][int(f1.argmax())])


def review_threshold(
    confidence: FloatArray, correct: NDArray[np.bool_], target_error: float
) -> float:
    """The lowest confidence from which at most ``target_error`` of primaries are wrong.

    Counts one wrong letter more than were seen, as conformal risk control does, so that the bound
    holds in expectation for a letter exchangeable with these (Angelopoulos et al., "Conformal
    Risk Control", 2022). Returns a value above 1, so that all go to review, where none will do.
    """
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(~correct[order])
    accepted = np.arange(1, len(order) + 1)
    good = (wrong + 1) / (accepted + 1) <= target_error
    if not good.any():
        return 1.01
    return float(confidence[order][int(np.flatnonzero(good)[-1])])


def train(
    corpus: Corpus | None = None,
    settings: TrainingSettings | None = None,
    *,
    n_jobs: int = 2,
    progress: Callable[[str], None] | None = None,
) -> Classifier:
    """Train a classifier, by default on the shipped corpus with the shipped settings.

    The same corpus and settings give the same classifier to the byte, whatever ``n_jobs``.

    Raises:
        InputError: the corpus is missing or invalid.
    """
    corpus = corpus or read_corpus()
    settings = settings or TrainingSettings()
    tell = progress or (lambda _: None)
    letters = [*corpus.letters, *corpus.notes]
    parts = [label_clauses(letter, settings.overlap) for letter in letters]
    bank = _bank(corpus)
    folds = grouped_folds(letters, settings.n_folds, settings.seed)
    tell(f"{len(letters)} letters and notes, {len(bank.texts)} clauses of the bank")

    everything = np.arange(len(letters))
    models = Parallel(n_jobs=n_jobs)(
        delayed(_fit_clauses)([bank, *(parts[i] for i in rows)], settings.model)
        for rows in [everything, *(train_rows for train_rows, _ in folds)]
    )
    tell("clause models fitted")
    model: ClauseModel = models[0]
    proba: list[FloatArray] = [np.zeros(0)] * len(letters)
    for fold_model, (_, test_rows) in zip(models[1:], folds, strict=True):
        for i in test_rows:
            vectors = fold_model.vectors(parts[i].texts)
            proba[i] = fold_model.category_proba(vectors)

    brief = np.array([is_brief(normalise(letter.text).text) for letter in letters])
    full_heads, brief_heads = (
        _heads([proba[i] for i in rows], [letters[i] for i in rows], kind, settings)
        for kind in (False, True)
        for rows in [np.flatnonzero(brief == kind)]
    )
    letter_model = LetterModel(
        full=full_heads,
        brief=brief_heads,
    )
    gate = _gate(model, proba, letters, corpus.other_texts, settings)
    tell("letter models fitted")
    return Classifier(
        model=model,
        letter=letter_model,
        gate=gate,
        signature=Signature(
            categories=len(category_ids()),
            segmenter=segmenter_signature(),
            model="unsaved",
            corpus=corpus.digest,
            version=package_version(),
        ),
    )


def _gate(
    model: ClauseModel,
    proba: Sequence[FloatArray],
    letters: Sequence[LabelledLetter],
    other_texts: Sequence[str],
    settings: TrainingSettings,
) -> Gate:
    """Tells letters, notes and exit notes from every other text.

    ``proba`` holds the letters' clause probabilities by models that had not seen them.
    """
    others = [normalise(text).text for text in other_texts]
    texts = [normalise(letter.text).text for letter in letters] + others
    found = []
    for text in others:
        clauses = [text[clause.start : clause.end] for clause in split_clauses(text)]
        found.append(model.category_proba(model.vectors(clauses)))
    vectorizer = untrained_vectorizer().fit(texts)
    features = gate_features(vectorizer, texts, [*proba, *found])
    is_letter = np.arange(len(texts)) < len(letters)
    fitted = LogisticRegression(
        C=settings.gate_regularisation, solver="liblinear", random_state=0
    ).fit(csr_matrix(features), is_letter)
    return Gate(vectorizer, Linear(fitted.coef_.T, fitted.intercept_), 0.5)
