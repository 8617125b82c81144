"""The labelled data: load, validate, group near-duplicates, split.

Every file is JSON Lines, one object a line, described in ``corpus/DATASHEET.md``. Validation is
strict, because a label nobody can trust is worse than none.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import StratifiedGroupKFold

from attrition_nlp.categories import category_ids
from attrition_nlp.errors import InputError, OptionError, allowed
from attrition_nlp.resources import resource
from attrition_nlp.results import KINDS, Kind, LabelledLetter, Quote
from attrition_nlp.text import normalise

NOT_A_LETTER = "not_a_letter"
NONE = "none"
NEAR_DUPLICATE = 0.5


@dataclass(frozen=True, slots=True)
class LabelledClause:
    """A clause of the bank with its label: a category id, or ``none`` for "no reason"."""

    text: str
    label: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a classifier is trained on; ``digest`` names exactly this data."""

    letters: tuple[LabelledLetter, ...]
    notes: tuple[LabelledLetter, ...]
    clauses: tuple[LabelledClause, ...]
    other_texts: tuple[str, ...]
    digest: str

    def without_groups(self, groups: frozenset[str]) -> Corpus:
        """The same corpus less the letters of these groups, for held-out proofs."""
        kept = tuple(letter for letter in self.letters if letter.group not in groups)
        mark = hashlib.sha256("\n".join(sorted(groups)).encode()).hexdigest()[:6]
        return replace(self, letters=kept, digest=f"{self.digest}-{mark}")


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(str(path), "no such file", "check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            str(path), f"cannot be read as UTF-8 ({type(error).__name__})", "save it as UTF-8"
        ) from error
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path.name} line {number}"
        try:
            entry = json.loads(line)
        except ValueError:
            raise InputError(where, "not JSON", "write one JSON object a line") from None
        if not isinstance(entry, dict):
            raise InputError(where, "not a JSON object", "write one JSON object a line")
        yield where, entry


def _text(where: str, entry: dict[str, Any]) -> str:
    text = entry.get("text")
    if not isinstance(text, str) or not text.strip():
        raise InputError(where, "field 'text' is missing or empty", "give the letter as a string")
    return text


def _label(where: str, name: str, value: object, values: Sequence[str]) -> str:
    if value not in values:
        raise InputError(where, f"unknown {name} {value!r}", allowed(values))
    return str(value)


def _quotes(where: str, text: str, entry: dict[str, Any], primary: str) -> tuple[Quote, ...]:
    evidence = entry.get("evidence") or []
    if isinstance(evidence, str):
        evidence = [{"category": primary, "quote": evidence}]
    quotes = []
    for piece in evidence:
        quote = piece["quote"]
        start = piece.get("start", text.find(quote))
        if not quote or text[start : start + len(quote)] != quote or start < 0:
            raise InputError(where, "an evidence quote is not in the text", "quote it exactly")
        name = _label(where, "category", piece["category"], category_ids())
        quotes.append(Quote(name, start, start + len(quote)))
    return tuple(sorted(quotes, key=lambda quote: (quote.start, quote.end, quote.category)))


def _labelled(where: str, entry: dict[str, Any]) -> LabelledLetter:
    text = _text(where, entry)
    kind = _label(where, "kind", entry.get("kind", "letter"), (*KINDS, "other_text"))
    ids = category_ids()
    primary = _label(where, "primary", entry.get("primary"), (*ids, NOT_A_LETTER))
    secondary = tuple(_label(where, "secondary", s, ids) for s in entry.get("secondary") or ())
    if primary in secondary or len(set(secondary)) != len(secondary):
        raise InputError(where, "secondary repeats a category", "name each category once")
    return LabelledLetter(
        id=str(entry.get("id", where)),
        text=text,
        primary=primary,
        secondary=secondary,
        quotes=_quotes(where, text, entry, primary),
        kind=kind if kind in get_args(Kind) else "letter",  # type: ignore[arg-type]
        role=str(entry.get("role") or ""),
        register=str(entry.get("register") or ""),
        source=str(entry.get("source") or ""),
        traps=tuple(entry.get("traps") or ()),
        group=str(entry.get("group") or entry.get("id", where)),
        exhaustive=isinstance(entry.get("evidence"), list),
    )


def read_labelled(path: str | Path) -> list[LabelledLetter]:
    """Read labelled letters from a JSON Lines file, validating every field.

    Fields: ``text`` and ``primary`` (a category id or ``not_a_letter``) are required; ``id``,
    ``secondary``, ``evidence`` (a list of ``{"category", "quote", "start"?}``, or one deciding
    quote as a string), ``kind``, ``role``, ``register``, ``source``, ``traps`` and ``group`` are
    optional.

    Raises:
        InputError: the file is missing or not UTF-8, a line is no JSON object, a label is
            unknown, or a quote does not stand in the text; the message names file and line.

    >>> read_labelled(resource("corpus/letters.jsonl"))[0].primary in category_ids()
    True
    """
    return [_labelled(where, entry) for where, entry in _lines(Path(path))]


def read_clauses(path: str | Path) -> list[LabelledClause]:
    """Read the clause bank: ``text``, ``label`` (a category id or ``none``), ``role``.

    Raises:
        InputError: as :func:`read_labelled`.
    """
    labels = (*category_ids(), NONE)
    return [
        LabelledClause(
            _text(where, entry),
            _label(where, "label", entry.get("label"), labels),
            str(entry.get("role") or ""),
        )
        for where, entry in _lines(Path(path))
    ]


def read_corpus(folder: str | Path | None = None) -> Corpus:
    """Read all training data from a folder, by default the shipped corpus and the seed letters.

    The seeds' four distinct letters (:data:`seeds/letters.jsonl`) are part of it. The challenge
    set is not: it never trains.

    Raises:
        InputError: a file of the corpus is missing or invalid.
    """
    root = Path(folder) if folder is not None else resource("corpus")
    names = ("letters.jsonl", "notes.jsonl", "clauses.jsonl", "other_texts.jsonl")
    digest = hashlib.sha256()
    for name in names:
        path = root / name
        if not path.is_file():
            raise InputError(str(path), "no such file", "give a folder with " + ", ".join(names))
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return Corpus(
        letters=tuple(read_labelled(root / names[0])),
        notes=tuple(read_labelled(root / names[1])),
        clauses=tuple(read_clauses(root / names[2])),
        other_texts=tuple(_text(where, entry) for where, entry in _lines(root / names[3])),
        digest=digest.hexdigest()[:12],
    )


def similarity(texts: Sequence[str]) -> csr_array:
    """Jaccard similarity on character 5-grams of every pair that shares any.

    Returns a sparse symmetric array of shape (n, n) with zeros on the diagonal. Source of the
    measure: Broder, "On the resemblance and containment of documents", 1997.
    """
    counter = CountVectorizer(analyzer="char", ngram_range=(5, 5), binary=True, dtype=np.int32)
    squeezed = ["".join(normalise(text).text.split()).ljust(5, "\N{MIDDLE DOT}") for text in texts]
    shingles = csr_array(counter.fit_transform(squeezed))
    shared = coo_array(shingles @ shingles.T)
    sizes = shingles.sum(axis=1)
    row, column = shared.coords
    different = row != column
    row, column, both = row[different], column[different], shared.data[different]
    jaccard = both / (sizes[row] + sizes[column] - both)
    return csr_array((jaccard, (row, column)), shape=shared.shape)


def near_duplicate_groups(texts: Sequence[str], threshold: float = NEAR_DUPLICATE) -> list[int]:
    """Number texts by group: texts linked by a similarity above ``threshold`` share a number.

    Groups are numbered in order of first appearance, from 0.

    >>> near_duplicate_groups(["因个人原因提出辞职申请", "想换个环境", "因个人原因提出辞职申请。"])
    [0, 1, 0]
    """
    if not texts:
        return []
    alike = similarity(texts)
    alike.data = (alike.data > threshold).astype(float)
    alike.eliminate_zeros()
    _, component = connected_components(alike, directed=False)
    order: dict[int, int] = {}
    return [order.setdefault(int(number), len(order)) for number in component]


def grouped_folds(
    letters: Sequence[LabelledLetter], n_folds: int = 5, seed: int = 0
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Folds of ``(train, test)`` indices, stratified by primary, no group on both sides.

    There are fewer folds where no category has so many letters.

    Raises:
        OptionError: fewer letters than folds.
    """
    if not 2 <= n_folds <= len(letters):
        raise OptionError("n_folds", f"{n_folds} for {len(letters)} letters", "use 2 to n letters")
    labels = [letter.primary for letter in letters]
    most = max(labels.count(label) for label in set(labels))
    splitter = StratifiedGroupKFold(max(2, min(n_folds, most)), shuffle=True, random_state=seed)
    groups = [letter.group for letter in letters]
    with warnings.catch_warnings():
        # A category with fewer letters than folds is missing from some, which is all right.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        return list(splitter.split(np.zeros(len(letters)), labels, groups))
