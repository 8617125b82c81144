"""Files of any supported kind to letters, without losing a row or guessing in silence.

Every letter knows its file and row, so that any message about it can say where it came from.
Rows that cannot be read become letters with a ``problem``: as many come out as went in.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from attrition_nlp.errors import AttritionError, InputError, MissingExtraError, allowed
from attrition_nlp.extract import extract
from attrition_nlp.results import Letter

STDIN = "-"
# Headers under which exit reasons are exported, most telling first.
TEXT_COLUMNS = (
    "离职原因", "辞职原因", "离职理由", "辞职理由", "离职说明", "辞职信", "离职信", "辞职报告",
    "离职申请", "离职原因说明", "离职面谈", "面谈记录", "正文", "内容", "原因", "备注",
    "resignation letter", "resignation", "reason for leaving", "letter", "reason", "exit note",
    "text", "content", "comment",
)  # fmt: skip


def decode(data: bytes, name: str) -> str:
    """Decode a file's bytes: by its byte order mark, else as UTF-8, else as GB18030.

    Nothing is ever dropped or replaced.

    Raises:
        InputError: the bytes are in none of these encodings, or hold no text at all.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise InputError(
        name, "not text in UTF-8, UTF-16 or GB18030", "save it as 'CSV UTF-8' or UTF-8 text"
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(str(path), "no such file or folder", "check the path") from None
    except OSError as error:
        raise InputError(
            str(path), f"cannot be read ({error.strerror})", "check its permissions"
        ) from None


def read_text(path: Path) -> str:
    """The decoded text of a file, or of standard input for ``-``.

    Raises:
        InputError: the file is missing, unreadable or in no known encoding.
    """
    data = sys.stdin.buffer.read() if str(path) == STDIN else _bytes(path)
    return decode(data, str(path))


def text_column(header: Sequence[str], asked: str | None, name: str) -> int:
    """The index of the column that holds the letters.

    Raises:
        InputError: the column asked for is not there, or none was asked for and not exactly one
            header is a known one; the message lists the columns.
    """
    names = [str(cell).strip() for cell in header]
    if asked is not None:
        if asked in names:
            return names.index(asked)
        raise InputError(name, f"no column {asked!r}", allowed(names))
    lower = [cell.lower() for cell in names]
    for known in TEXT_COLUMNS:
        if known in lower:
            return lower.index(known)
    likely = [i for i, cell in enumerate(lower) if any(known in cell for known in TEXT_COLUMNS)]
    if len(likely) == 1:
        return likely[0]
    if len(names) == 1:
        return 0
    raise InputError(
        name,
        "cannot tell which column holds the letters",
        f"name it with --text-column; {allowed(names)}",
    )


def _table(
    rows: Iterable[Sequence[object]], name: str, asked: str | None, first_row: int = 1
) -> Iterator[Letter]:
    numbered = enumerate(rows, first_row)
    header: list[str] = []
    for _, cells in numbered:
        header = ["" if cell is None else str(cell).strip() for cell in cells]
        if any(header):
            break
    if not any(header):
        raise InputError(name, "the table is empty", "give a header line and at least one row")
    column = text_column(header, asked, name)
    keys = [key or f"column {number}" for number, key in enumerate(header, 1)]
    for number, cells in numbered:
        if not any(cell not in (None, "") for cell in cells):
            continue
        values = list(cells) + [None] * (len(keys) - len(cells))
        value = values[column]
        text = "" if value is None else str(value)
        problem = None
        if len(cells) > len(keys):
            problem = f"row has {len(cells)} cells where the header has {len(keys)}"
        elif not text.strip():
            problem = "the text cell is empty"
        columns = dict(zip(keys, values, strict=False))
        yield Letter(text, name, row=number, columns=columns, problem=problem)


def _read_csv(data: bytes, name: str, asked: str | None, _sheet: str | None) -> Iterator[Letter]:
    text = decode(data, name)
    if not text.strip():
        raise InputError(name, "the file is empty", "give a header line and at least one row")
    first = text.lstrip().split("\n", 1)[0]
    separator = max(",\t;", key=first.count)
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from _table(reader, name, asked)
    except csv.Error as error:
        raise InputError(
            f"{name} line {reader.line_num}", f"not valid CSV ({error})", "save the table again"
        ) from None


def _read_xlsx(data: bytes, name: str, asked: str | None, sheet: str | None) -> Iterator[Letter]:
    try:
        import defusedxml  # noqa: F401  (openpyxl uses it when it is there)
        import openpyxl
    except ImportError:
        raise MissingExtraError(name, "excel") from None
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Exception as error:
        raise InputError(
            name, f"not a readable xlsx workbook ({type(error).__name__})", "save it as .xlsx again"
        ) from None
    try:
        if sheet is not None and sheet not in book.sheetnames:
            raise InputError(name, f"no sheet {sheet!r}", allowed(book.sheetnames))
        page = book[sheet] if sheet is not None else book[book.sheetnames[0]]
        yield from _table(page.iter_rows(values_only=True), name, asked)
    finally:
        book.close()


def _read_jsonl(data: bytes, name: str, asked: str | None, _sheet: str | None) -> Iterator[Letter]:
    lines = decode(data, name).split("\n")
    if not any(line.strip() for line in lines):
        raise InputError(name, "the file is empty", "give one JSON object a line")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry: Any = json.loads(line)
        except ValueError:
            yield Letter("", name, row=number, problem="the line is not JSON")
            continue
        if isinstance(entry, str):
            entry = {"text": entry}
        if not isinstance(entry, dict):
            yield Letter("", name, row=number, problem="the line is not a JSON object")
            continue
        key = list(entry)[text_column(list(entry), asked, f"{name} line {number}")]
        text = entry[key] if isinstance(entry[key], str) else ""
        problem = None if text.strip() else f"field {key!r} holds no text"
        yield Letter(text, name, row=number, columns=entry, problem=problem)


def _read_txt(data: bytes, name: str, _asked: str | None, _sheet: str | None) -> Iterator[Letter]:
    text = decode(data, name)
    if not text.strip():
        yield Letter("", name, problem="the file is empty")
        return
    letters = extract(text)
    for letter in letters:
        yield Letter(letter.text, name, start=letter.start, end=letter.end)
    if not letters:
        yield Letter(text, name)


_Reader = Callable[[bytes, str, str | None, str | None], Iterator[Letter]]
_READERS: dict[str, _Reader] = {
    ".csv": _read_csv,
    ".jsonl": _read_jsonl,
    ".tsv": _read_csv,
    ".txt": _read_txt,
    ".xlsx": _read_xlsx,
}
SUFFIXES = tuple(_READERS)


def files(inputs: Sequence[str | Path]) -> list[Path]:
    """The files to read: each input itself, and of a folder every readable file below it, sorted.

    Raises:
        InputError: an input does not exist, or a folder holds no file of a known kind.
    """
    found: list[Path] = []
    for item in inputs:
        path = Path(item)
        if path.is_dir():
            below = sorted(
                p
                for p in path.rglob("*")
                if p.is_file()
                and p.suffix.lower() in _READERS
                and not p.name.startswith((".", "~"))
            )
            if not below:
                raise InputError(str(path), "no readable file in this folder", allowed(SUFFIXES))
            found.extend(below)
        elif str(item) == STDIN or path.exists():
            found.append(path)
        else:
            raise InputError(str(path), "no such file or folder", "check the path")
    return found


def read_file(
    path: str | Path, *, text_column: str | None = None, sheet: str | None = None
) -> Iterator[Letter]:
    """Read one file, lazily, as letters; ``-`` reads standard input as plain text.

    Raises:
        InputError: the file is missing, of an unknown kind, empty, damaged, in no known encoding,
            or its text column cannot be told.
        MissingExtraError: the kind needs a library that is not installed.
    """
    path = Path(path)
    if str(path) == STDIN:
        yield from _read_txt(sys.stdin.buffer.read(), "stdin", None, None)
        return
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(str(path), f"unknown kind of file {path.suffix!r}", allowed(SUFFIXES))
    yield from reader(_bytes(path), str(path), text_column, sheet)


def _extract_key(letter: Letter) -> tuple[object, object, object] | None:
    """What names a letter cut out of a document, alike for the document and its extracts' file.

    A folder may hold a document and, beside it, the letters already extracted from it; they are
    the same letters and are read once.
    """
    if letter.start is not None:
        return Path(letter.source).name, letter.start, letter.end
    columns = letter.columns
    if {"document", "start", "end"} <= columns.keys():
        return columns["document"], columns["start"], columns["end"]
    return None


def read_letters(
    inputs: Sequence[str | Path],
    *,
    text_column: str | None = None,
    sheet: str | None = None,
    on_error: Callable[[AttritionError], None] | None = None,
) -> Iterator[Letter]:
    """Read every letter of files and folders in order.

    A letter that stands in a document and in the file of its extracts is read once.

    ``on_error`` is told of a file in a batch that cannot be read, and reading goes on with the
    next; without it, or where there is only one file, the error is raised.

    Raises:
        InputError, MissingExtraError: as :func:`read_file` and :func:`files`.
    """
    paths = files(inputs)
    extracts: set[tuple[object, object, object]] = set()
    for path in paths:
        try:
            for letter in read_file(path, text_column=text_column, sheet=sheet):
                key = _extract_key(letter)
                if key is not None and key in extracts:
                    continue
                if key is not None:
                    extracts.add(key)
                yield letter
        except AttritionError as error:
            if on_error is None or len(paths) == 1:
                raise
            on_error(error)
