from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from attrition_nlp import classify_file, classify_frame
from attrition_nlp.batch import BatchCount, classify_letters
from attrition_nlp.classifier import Classifier
from attrition_nlp.errors import InputError
from attrition_nlp.results import Letter
from attrition_nlp.writers import Layout
from tests.conftest import ROOT


def test_frames_keep_index_and_columns(shipped: Classifier) -> None:
    frame = pd.DataFrame(
        {"部门": ["客服", "仓库", "财务"], "离职原因": ["想家,爸妈老了", None, "天天加班太累"]},
        index=[7, 3, 5],
    )
    out = classify_frame(frame, classifier=shipped)
    assert list(out.index) == [7, 3, 5]
    assert list(out.columns[:2]) == ["部门", "离职原因"]
    assert list(out["离职类别"]) == ["家庭与距离", "", "工作负荷与压力"]
    assert out["说明"].iloc[1] == "the text is empty"
    assert list(frame.columns) == ["部门", "离职原因"]


def test_frames_in_english_core_view(shipped: Classifier) -> None:
    frame = pd.DataFrame({"letter": ["工资太低了,不够养家"]})
    out = classify_frame(frame, "letter", classifier=shipped, layout=Layout("en", core=True))
    assert out["category"].iloc[0] == "Other or not stated"


def test_an_empty_frame(shipped: Classifier) -> None:
    out = classify_frame(pd.DataFrame({"离职原因": []}), classifier=shipped)
    assert len(out) == 0
    assert "离职类别" in out.columns


def test_an_unknown_column(shipped: Classifier) -> None:
    with pytest.raises(InputError) as caught:
        classify_frame(pd.DataFrame({"a": ["x"], "b": ["y"]}), "c", classifier=shipped)
    assert str(caught.value) == "data frame: no column 'c'; allowed: 'a', 'b'"


def test_rows_that_cannot_be_read_keep_their_place(shipped: Classifier) -> None:
    letters = [Letter("想家,辞职"), Letter("", problem="broken"), Letter("太累,辞职")]
    rows = list(classify_letters(shipped, letters))
    assert [letter for letter, _ in rows] == letters
    assert [prediction.problem for _, prediction in rows] == [None, "broken", None]
    count = BatchCount()
    for _, prediction in rows:
        count.add(prediction)
    assert (count.rows, count.letters, count.unreadable) == (3, 2, 1)


def test_classify_file_finds_the_seven_seed_letters(shipped: Classifier) -> None:
    rows = classify_file(ROOT / "seeds", classifier=shipped)
    assert rows is not None
    found = [prediction.primary for letter, prediction in rows if letter.start is not None]
    assert found == [
        "workload",
        "capability",
        "health_shift",
        "family_distance",
        "health_shift",
        "capability",
        "workload",
    ]
    assert [p.primary for letter, p in rows if letter.start is None] == [None] * 4


def test_as_many_rows_out_as_in(shipped: Classifier, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text('工号,离职原因\n1,想家\n2,\n3,"多行\n文字,辞职"\n', encoding="gb18030")
    target = tmp_path / "out.csv"
    assert classify_file(source, target, classifier=shipped) is None
    assert len(pd.read_csv(target)) == 3
