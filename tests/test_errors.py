from __future__ import annotations

import pytest

from attrition_nlp import errors


def test_message_says_where_what_and_what_to_do() -> None:
    error = errors.InputError("a.csv row 3", "no text", "fill the cell")
    assert str(error) == "a.csv row 3: no text; fill the cell"
    assert (error.where, error.what, error.todo) == ("a.csv row 3", "no text", "fill the cell")


def test_missing_extra_names_the_install_line() -> None:
    assert str(errors.MissingExtraError("a.xlsx", "excel")) == (
        "a.xlsx: needs the optional part 'excel'; "
        'install it with: pip install "attrition-nlp[excel]"'
    )


@pytest.mark.parametrize(
    "kind",
    [errors.InputError, errors.ModelError, errors.OptionError, errors.MissingExtraError],
)
def test_one_base_class_catches_all(kind: type[Exception]) -> None:
    assert issubclass(kind, errors.AttritionError)


def test_allowed_lists_values() -> None:
    assert errors.allowed([".csv", ".txt"]) == "allowed: '.csv', '.txt'"
