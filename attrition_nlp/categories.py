"""The taxonomy: eight reasons for leaving, read from data, in two languages.

Source: ``corpus/taxonomy.toml``, whose countermeasures are facts taken from the five documents
in ``seeds/``. The order of the file is the order of every table, array and report.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from attrition_nlp.errors import ModelError, OptionError, allowed
from attrition_nlp.resources import resource

OTHER = "other"
Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Countermeasure:
    """What an employer can do about a reason, and the seed document that names it."""

    zh: str
    en: str
    document: str


@dataclass(frozen=True, slots=True)
class Category:
    """One reason for leaving; ``core`` marks the four that were first asked for."""

    id: str
    zh: str
    en: str
    core: bool
    definition: str
    countermeasures: tuple[Countermeasure, ...]

    def name(self, lang: Language = "zh") -> str:
        """The category's name in Chinese or English.

        >>> categories()[0].name("en")
        'Health and shift work'
        """
        return self.en if lang == "en" else self.zh


def read_taxonomy(path: Path) -> tuple[Category, ...]:
    """Read a taxonomy file.

    Raises:
        ModelError: the file is no TOML or lacks a field.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["category"]
        return tuple(
            Category(
                id=entry["id"],
                zh=entry["zh"],
                en=entry["en"],
                core=entry["core"],
                definition=entry["definition"],
                countermeasures=tuple(
                    Countermeasure(**measure) for measure in entry.get("countermeasure", ())
                ),
            )
            for entry in entries
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(
            path.name,
            f"not a readable taxonomy ({type(error).__name__})",
            "reinstall attrition-nlp",
        ) from error


@cache
def categories() -> tuple[Category, ...]:
    """The eight categories in their fixed order.

    >>> [c.id for c in categories() if c.core]
    ['health_shift', 'family_distance', 'workload', 'capability']
    """
    return read_taxonomy(resource("corpus/taxonomy.toml"))


def category_ids() -> tuple[str, ...]:
    """The ids of the eight categories; arrays of shape (n, 8) have their columns in this order.

    >>> len(category_ids())
    8
    """
    return tuple(category.id for category in categories())


def category(id: str) -> Category:
    """Look a category up by id.

    Raises:
        OptionError: no category has this id; the message lists those there are.

    >>> category("workload").zh
    '工作负荷与压力'
    """
    for entry in categories():
        if entry.id == id:
            return entry
    raise OptionError(f"category {id!r}", "unknown id", allowed(category_ids()))


def core_view(id: str) -> str:
    """The category a caller sees who asked for core categories only.

    >>> core_view("workload"), core_view("compensation")
    ('workload', 'other')
    """
    return id if category(id).core else OTHER
