"""Errors a caller may meet; each message says where, what is wrong, and what to do.

One base class lets a caller catch everything this package raises on purpose with a single
``except AttritionError``. Messages never quote a letter: letters are personal data.
"""

from __future__ import annotations

from collections.abc import Iterable


class AttritionError(Exception):
    """Base of every error that this package raises on purpose.

    >>> raise AttritionError("letters.csv", "no such file", "check the path")
    Traceback (most recent call last):
        ...
    attrition_nlp.errors.AttritionError: letters.csv: no such file; check the path
    """

    def __init__(self, where: str, what: str, todo: str) -> None:
        super().__init__(f"{where}: {what}; {todo}")
        self.where = where
        self.what = what
        self.todo = todo


class InputError(AttritionError):
    """A file, row, column or text that cannot be read as asked."""


class ModelError(AttritionError):
    """A model folder that is missing, damaged, or of a format this version does not know."""


class OptionError(AttritionError):
    """An argument outside its allowed values."""


class MissingExtraError(AttritionError):
    """An optional library that is not installed."""

    def __init__(self, where: str, extra: str) -> None:
        super().__init__(
            where,
            f"needs the optional part '{extra}'",
            f'install it with: pip install "attrition-nlp[{extra}]"',
        )
        self.extra = extra


def allowed(values: Iterable[object]) -> str:
    """List allowed values the way every message of this package lists them.

    >>> allowed(["zh", "en"])
    "allowed: 'zh', 'en'"
    """
    return "allowed: " + ", ".join(repr(str(value)) for value in values)
