"""The values that cross the package's borders: letters in, predictions out; all frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from attrition_nlp.categories import core_view

Kind = Literal["letter", "email", "chat", "interview", "note"]
KINDS: tuple[Kind, ...] = ("letter", "email", "chat", "interview", "note")


@dataclass(frozen=True, slots=True)
class Letter:
    """One text to classify and where it came from.

    ``columns`` holds the other cells of its table row, unchanged and in order; ``start`` and
    ``end`` are character offsets in the source document where it was cut out of a longer one.
    ``problem`` is set where the row could not be read; such a letter is carried through, so that
    as many rows come out as went in.
    """

    text: str
    source: str = ""
    row: int | None = None
    start: int | None = None
    end: int | None = None
    columns: Mapping[str, object] = field(default_factory=dict)
    problem: str | None = None

    @property
    def place(self) -> str:
        """Where it stands, for messages: ``exits.csv row 7`` or ``page.txt 120-655``."""
        if self.row is not None:
            return f"{self.source} row {self.row}"
        if self.start is not None:
            return f"{self.source} {self.start}-{self.end}"
        return self.source


@dataclass(frozen=True, slots=True)
class Quote:
    """A labelled quotation: the span ``start:end`` of a letter that gives a reason."""

    category: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LabelledLetter:
    """A letter of the corpus with its labels by the annotation guide.

    ``group`` joins near-duplicates, so that no fold or split parts them; ``exhaustive`` says
    that every clause giving a reason is quoted, so that all others teach "no reason".
    """

    id: str
    text: str
    primary: str
    secondary: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    kind: Kind = "letter"
    role: str = ""
    register: str = ""
    source: str = "invented"
    traps: tuple[str, ...] = ()
    group: str = ""
    exhaustive: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of the letter that speaks for a category: ``text == letter[start:end]``.

    ``weight`` is its exact contribution to the category's score; the weights of a category's
    clauses, quoted or not, add up to that score.
    """

    text: str
    start: int
    end: int
    category: str
    weight: float


@dataclass(frozen=True, slots=True)
class Signature:
    """What a result was made with, in one line, after sacreBLEU's signatures.

    >>> str(Signature(categories=8, segmenter="jieba-0.42.1+dict:ab12", model="f00d", corpus="beef",
    ...               version="0.1.0"))
    'cats:8|seg:jieba-0.42.1+dict:ab12|model:f00d|corpus:beef|version:0.1.0'
    """

    categories: int
    segmenter: str
    model: str
    corpus: str
    version: str

    def __str__(self) -> str:
        return (
            f"cats:{self.categories}|seg:{self.segmenter}|model:{self.model}"
            f"|corpus:{self.corpus}|version:{self.version}"
        )


@dataclass(frozen=True, slots=True)
class Prediction:
    """Why one writer leaves.

    ``primary`` is a category id, or ``None`` where the text is no letter. ``confidence`` is the
    calibrated probability, 0 to 1, that ``primary`` is right. ``scores`` maps each category id to
    its probability. ``secondary`` and ``evidence`` are ordered, strongest first.
    """

    primary: str | None
    confidence: float
    secondary: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    needs_review: bool = False
    is_letter: bool = True
    scores: Mapping[str, float] = field(default_factory=dict)
    problem: str | None = None

    def core(self) -> str | None:
        """The primary category in the core view: one of the four core categories or ``other``.

        >>> Prediction(primary="compensation", confidence=0.9).core()
        'other'
        """
        return None if self.primary is None else core_view(self.primary)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, keys in a fixed order."""
        return {
            "primary": self.primary,
            "confidence": self.confidence,
            "secondary": list(self.secondary),
            "needs_review": self.needs_review,
            "is_letter": self.is_letter,
            "evidence": [
                {
                    "category": piece.category,
                    "text": piece.text,
                    "start": piece.start,
                    "end": piece.end,
                    "weight": piece.weight,
                }
                for piece in self.evidence
            ],
            "scores": dict(self.scores),
            "problem": self.problem,
        }
