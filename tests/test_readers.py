from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from attrition_nlp.errors import AttritionError, InputError
from attrition_nlp.readers import decode, files, read_file, read_letters, text_column
from tests.conftest import ROOT

TABLE = "工号,离职原因\n1,加班太多\n2,\n3,想家\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_chinese_excel(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(TABLE.encode(encoding))
    letters = list(read_file(path))
    assert [letter.text for letter in letters] == ["加班太多", "", "想家"]
    assert [letter.row for letter in letters] == [2, 3, 4]
    assert letters[0].columns == {"工号": "1", "离职原因": "加班太多"}


def test_an_empty_cell_keeps_its_row_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(TABLE, encoding="utf-8")
    assert [letter.problem for letter in read_file(path)] == [None, "the text cell is empty", None]


def test_undecodable_bytes() -> None:
    with pytest.raises(InputError) as caught:
        decode(b"\xff\x80\x81\xff", "a.txt")
    assert str(caught.value) == (
        "a.txt: not text in UTF-8, UTF-16 or GB18030; save it as 'CSV UTF-8' or UTF-8 text"
    )


@pytest.mark.parametrize(
    ("header", "index"),
    [
        (["姓名", "辞职理由"], 1),
        (["Letter", "name"], 0),
        (["内容"], 0),
        (["whatever"], 0),
        (["备注", "离职原因"], 1),  # the more telling header wins
        (["工号", "员工离职原因(必填)"], 1),
    ],
)
def test_the_text_column_is_found(header: list[str], index: int) -> None:
    assert text_column(header, None, "t.csv") == index


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            None,
            "t.csv: cannot tell which column holds the letters; "
            "name it with --text-column; allowed: 'a', 'b'",
        ),
        ("c", "t.csv: no column 'c'; allowed: 'a', 'b'"),
    ],
)
def test_the_text_column_is_not_found(asked: str | None, message: str) -> None:
    with pytest.raises(InputError) as caught:
        text_column(["a", "b"], asked, "t.csv")
    assert str(caught.value) == message


def test_jsonl_keeps_bad_lines_as_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"text": "想家"}\n{\n[1]\n"太累"\n{"text": 3}\n', encoding="utf-8")
    assert [(x.text, x.problem) for x in read_file(path)] == [
        ("想家", None),
        ("", "the line is not JSON"),
        ("", "the line is not a JSON object"),
        ("太累", None),
        ("", "field 'text' holds no text"),
    ]


def test_xlsx(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "一月"
    book.active.append(["工号", "离职原因", "入职"])
    book.active.append([7, "想家", 2020])
    book.create_sheet("二月").append(["离职原因"])
    path = tmp_path / "t.xlsx"
    book.save(path)
    letters = list(read_file(path))
    assert letters[0].columns == {"工号": 7, "离职原因": "想家", "入职": 2020}
    assert list(read_file(path, sheet="二月")) == []
    with pytest.raises(InputError, match=r"no sheet '三月'; allowed: '一月', '二月'$"):
        list(read_file(path, sheet="三月"))


def test_a_damaged_workbook(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"PK not a workbook")
    with pytest.raises(InputError, match=r"not a readable xlsx workbook \(BadZipFile\)"):
        list(read_file(path))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", b"", "the file is empty; give a header line and at least one row"),
        ("t.jsonl", b"\n", "the file is empty; give one JSON object a line"),
        (
            "t.doc",
            b"x",
            "unknown kind of file '.doc'; allowed: '.csv', '.jsonl', '.tsv', '.txt', '.xlsx'",
        ),
        ("t.csv", b'"a\n1', "not valid CSV (unexpected end of data); save the table again"),
    ],
)
def test_unreadable_files(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        list(read_file(path))
    assert str(caught.value).endswith(message)


def test_missing_input() -> None:
    with pytest.raises(InputError, match=r"^nowhere: no such file or folder; check the path$"):
        files(["nowhere"])


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no readable file in this folder; allowed: "):
        files([tmp_path])


def test_an_empty_text_file_is_a_row_with_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    path.write_text(" \n", encoding="utf-8")
    assert [letter.problem for letter in read_file(path)] == ["the file is empty"]


def test_a_batch_goes_on_past_an_unreadable_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"")
    (tmp_path / "b.txt").write_text("想家,辞职", encoding="utf-8")
    told: list[AttritionError] = []
    letters = list(read_letters([tmp_path], on_error=told.append))
    assert [letter.text for letter in letters] == ["想家,辞职"]
    assert len(told) == 1


def test_seeds_folder_gives_each_letter_once() -> None:
    letters = list(read_letters([ROOT / "seeds"]))
    assert sum(letter.start is not None for letter in letters) == 7
    assert len(letters) == 11


def test_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO("太累了,我要辞职".encode()))
    monkeypatch.setattr(sys, "stdin", stream)
    assert [(x.text, x.source) for x in read_file("-")] == [("太累了,我要辞职", "stdin")]
