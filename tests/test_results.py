from __future__ import annotations

import dataclasses
import json

import pytest

from attrition_nlp.results import Evidence, Letter, Prediction

PREDICTION = Prediction(
    "workload",
    0.9,
    ("health_shift",),
    (Evidence("太累", 0, 2, "workload", 0.7),),
    scores={"a": 1.0},
)


def test_results_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        PREDICTION.primary = "other"  # type: ignore[misc]


def test_to_dict_is_plain_json() -> None:
    entry = PREDICTION.to_dict()
    assert json.loads(json.dumps(entry)) == entry
    assert list(entry)[:3] == ["primary", "confidence", "secondary"]


@pytest.mark.parametrize(
    ("primary", "core"),
    [("workload", "workload"), ("workplace", "other"), ("other", "other"), (None, None)],
)
def test_core(primary: str | None, core: str | None) -> None:
    assert Prediction(primary, 0.5).core() == core


@pytest.mark.parametrize(
    ("letter", "place"),
    [
        (Letter("x", "a.csv", row=7), "a.csv row 7"),
        (Letter("x", "a.txt", start=1, end=2), "a.txt 1-2"),
        (Letter("x", "a.txt"), "a.txt"),
    ],
)
def test_place(letter: Letter, place: str) -> None:
    assert letter.place == place
