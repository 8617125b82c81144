from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from attrition_nlp.errors import InputError, OptionError
from attrition_nlp.results import Evidence, Letter, Prediction
from attrition_nlp.writers import Layout, Row, write_predictions

EMPTY = "the text cell is empty"
ROWS: list[Row] = [
    (
        Letter("太累了\n辞职", "a.csv", 2, columns={"工号": 7, "离职原因": "太累了\n辞职"}),
        Prediction(
            "workload",
            0.91234,
            ("compensation",),
            (Evidence("太累了\n", 0, 4, "workload", 0.8),),
        ),
    ),
    (
        Letter("", "a.csv", 3, columns={"工号": 8, "离职原因": None}, problem=EMPTY),
        Prediction(None, 0.0, is_letter=False, needs_review=True, problem=EMPTY),
    ),
    (
        Letter("=1+1", "a.csv", 4, columns={"工号": -5, "离职原因": "=1+1"}),
        Prediction(None, 0.99, is_letter=False),
    ),
]


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_csv_for_excel(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert write_predictions(ROWS, path) == 3
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert read_csv(path) == [
        ["工号", "离职原因", "离职类别", "置信度", "次要原因", "依据", "需复核", "说明"],
        ["7", "太累了\n辞职", "工作负荷与压力", "0.912", "薪酬待遇", "太累了", "否", ""],
        ["8", "", "", "", "", "", "是", "the text cell is empty"],
        ["-5", "'=1+1", "非离职材料", "0.99", "", "", "否", ""],
    ]


def test_english_core_view(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_predictions(ROWS[:1], path, Layout("en", core=True))
    header, row = read_csv(path)
    assert header[2:] == ["category", "confidence", "secondary", "evidence", "needs review", "note"]
    assert row[2:5] == ["Workload and pressure", "0.912", "Other or not stated"]


def test_a_column_of_the_same_name_is_kept(tmp_path: Path) -> None:
    rows = [(Letter("x", columns={"离职类别": "旧"}), ROWS[0][1])]
    path = tmp_path / "out.csv"
    write_predictions(rows, path)
    assert read_csv(path)[0][:2] == ["离职类别", "离职类别 (2)"]


def test_jsonl_holds_everything(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    write_predictions(ROWS, path)
    entries = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [entry["primary"] for entry in entries] == ["workload", None, None]
    assert entries[0]["evidence"] == [
        {"category": "workload", "text": "太累了\n", "start": 0, "end": 4, "weight": 0.8}
    ]
    assert entries[0]["columns"] == {"工号": 7, "离职原因": "太累了\n辞职"}


def test_xlsx_keeps_numbers_and_takes_no_formula(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "out.xlsx"
    write_predictions(ROWS, path)
    sheet = openpyxl.load_workbook(path).active
    assert [cell.value for cell in sheet[2]][:4] == [7, "太累了\n辞职", "工作负荷与压力", 0.912]
    assert sheet["B4"].value == "=1+1"
    assert sheet["B4"].data_type == "s"
    assert sheet.freeze_panes == "A2"


def test_unknown_output(tmp_path: Path) -> None:
    with pytest.raises(OptionError) as caught:
        write_predictions(ROWS, tmp_path / "out.doc")
    assert str(caught.value).endswith(
        "out.doc: unknown kind of output '.doc'; allowed: '.csv', '.jsonl', '.xlsx'"
    )


def test_an_output_is_whole_or_absent(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("before", encoding="utf-8")

    def failing() -> Iterator[Row]:
        yield ROWS[0]
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        write_predictions(failing(), path)
    assert path.read_text(encoding="utf-8") == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be written \(No such file or directory\)"):
        write_predictions(ROWS, tmp_path / "none" / "out.csv")
