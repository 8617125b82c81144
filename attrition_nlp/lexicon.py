"""Concept classes: curated word lists that let a word nobody trained on still count.

A linear model knows only the words it has met. Every clause that holds a word of a class, such
as ``illness_digestive`` or ``kin_parents``, also gets that class as a feature, so that an unseen
illness is read as an illness. Source: ``corpus/lexicon.toml``, written for this project.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from attrition_nlp.errors import ModelError
from attrition_nlp.resources import resource


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words, the classes each belongs to, and the lengths of words by first character."""

    classes: Mapping[str, tuple[str, ...]]
    lengths: Mapping[str, tuple[int, ...]]
    digest: str

    def concepts(self, text: str) -> list[str]:
        """The classes of every lexicon word in a normalised text, longest word first at a place.

        Words may overlap, so that 「父母住院」 gives kin and hospital both.

        >>> lexicon().concepts("患了咽喉炎")[-1]
        'illness_throat'
        """
        found: list[str] = []
        for place, first in enumerate(text):
            for length in self.lengths.get(first, ()):
                names = self.classes.get(text[place : place + length])
                if names is not None:
                    found.extend(names)
                    break
        return found


def read_lexicon(path: Path) -> Lexicon:
    """Read a lexicon file of ``[classes.NAME]`` tables with a list ``words`` each.

    Raises:
        ModelError: the file is no TOML or a class has no words.
    """
    try:
        content = path.read_bytes()
        tables = tomllib.loads(content.decode("utf-8"))["classes"]
        by_word: dict[str, set[str]] = {}
        for name, table in tables.items():
            for word in table["words"]:
                by_word.setdefault(word, set()).add(name)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(
            path.name, f"not a readable lexicon ({type(error).__name__})", "reinstall attrition-nlp"
        ) from error
    lengths: dict[str, set[int]] = {}
    for word in by_word:
        lengths.setdefault(word[0], set()).add(len(word))
    return Lexicon(
        classes={word: tuple(sorted(names)) for word, names in sorted(by_word.items())},
        lengths={first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()},
        digest=hashlib.sha256(content).hexdigest()[:6],
    )


@cache
def lexicon() -> Lexicon:
    """The shipped lexicon, read once."""
    return read_lexicon(resource("corpus/lexicon.toml"))
