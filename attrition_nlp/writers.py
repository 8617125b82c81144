"""Predictions to files that HR and programs can use: csv, xlsx, jsonl.

A file is written beside its place under a temporary name and renamed when it is whole, so that a
reader never finds half of one. csv starts with a byte order mark, because Excel takes Chinese for
gibberish without it.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any

from attrition_nlp.categories import Language, category, core_view
from attrition_nlp.errors import InputError, MissingExtraError, OptionError, allowed
from attrition_nlp.results import Letter, Prediction

Row = tuple[Letter, Prediction]

_HEADERS: dict[Language, tuple[str, ...]] = {
    "zh": ("离职类别", "置信度", "次要原因", "依据", "需复核", "说明"),
    "en": ("category", "confidence", "secondary", "evidence", "needs review", "note"),
}
_WORDS: dict[Language, dict[str, str]] = {
    "zh": {"none": "非离职材料", "yes": "是", "no": "否", "file": "文件", "letter": "正文"},
    "en": {"none": "no letter", "yes": "yes", "no": "no", "file": "file", "letter": "letter"},
}


@dataclass(frozen=True, slots=True)
class Layout:
    """How rows are shown: the language of headers and names, and whether in the core view."""

    lang: Language = "zh"
    core: bool = False

    def headers(self) -> tuple[str, ...]:
        """The names of the result columns, in order."""
        return _HEADERS[self.lang]

    def label(self, prediction: Prediction) -> str:
        """The category as the reader knows it, or that the text is no letter."""
        if prediction.problem is not None:
            return ""
        if prediction.primary is None:
            return _WORDS[self.lang]["none"]
        return self.name(prediction.primary)

    def name(self, id: str) -> str:
        """A category's name, in the core view where that was asked for."""
        return category(core_view(id) if self.core else id).name(self.lang)

    def cells(self, prediction: Prediction) -> tuple[object, ...]:
        """The result cells of one row, under :meth:`headers`."""
        words = _WORDS[self.lang]
        label = self.label(prediction)
        secondary = dict.fromkeys(self.name(id) for id in prediction.secondary)
        secondary.pop(label, None)
        quotes = [e.text for e in prediction.evidence if e.category == prediction.primary]
        return (
            label,
            None if prediction.problem else round(prediction.confidence, 3),
            ";".join(secondary),
            " / ".join(" ".join(quote.split()) for quote in quotes[:3]),
            words["yes"] if prediction.needs_review else words["no"],
            prediction.problem or "",
        )

    def row(self, letter: Letter, prediction: Prediction) -> dict[str, object]:
        """The original columns, unchanged and in order, then the result columns."""
        words = _WORDS[self.lang]
        original: Mapping[str, object] = letter.columns or {
            words["file"]: letter.place,
            words["letter"]: letter.text,
        }
        results = dict(zip(self.headers(), self.cells(prediction), strict=True))
        clash = {name: f"{name} (2)" for name in results if name in original}
        return {**original, **{clash.get(name, name): cell for name, cell in results.items()}}


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file beside ``path`` that takes its place when the block ends well.

    Raises:
        InputError: the folder does not exist or cannot be written to.
    """
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise InputError(
            str(path), f"cannot be written ({error.strerror})", "choose a folder you can write to"
        ) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise InputError(
            str(path), f"cannot be written ({error.strerror})", "free some space or choose another"
        ) from None
    finally:
        Path(name).unlink(missing_ok=True)


def _safe(cell: object) -> object:
    """A cell that a spreadsheet will not take for a formula."""
    if not isinstance(cell, str) or cell[:1] not in ("=", "+", "-", "@", "\t", "\r"):
        return cell
    try:
        float(cell)
    except ValueError:
        return "'" + cell
    return cell


def _write_csv(rows: Iterable[Row], file: IO[bytes], layout: Layout) -> int:
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    table = [layout.row(letter, prediction) for letter, prediction in rows]
    header = list(dict.fromkeys(key for row in table for key in row))
    writer.writerow(header)
    writer.writerows([_safe(row.get(key)) for key in header] for row in table)
    text.flush()
    text.detach()
    return len(table)


def _write_jsonl(rows: Iterable[Row], file: IO[bytes], layout: Layout) -> int:
    count = 0
    for letter, prediction in rows:
        count += 1
        entry: dict[str, Any] = {
            "source": letter.source,
            "row": letter.row,
            "start": letter.start,
            "end": letter.end,
            "text": letter.text,
            "columns": dict(letter.columns),
            **prediction.to_dict(),
        }
        if layout.core:
            entry["core"] = prediction.core()
        line = json.dumps(entry, ensure_ascii=False, default=str)
        file.write(line.encode("utf-8", "backslashreplace") + b"\n")
    return count


def _write_xlsx(rows: Iterable[Row], file: IO[bytes], layout: Layout) -> int:
    try:
        from openpyxl import Workbook
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
        from openpyxl.styles import Font
    except ImportError:
        raise MissingExtraError("xlsx", "excel") from None
    table = [layout.row(letter, prediction) for letter, prediction in rows]
    header = list(dict.fromkeys(key for row in table for key in row))
    book = Workbook()
    sheet = book.active
    sheet.append(header)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in table:
        cells = [row.get(key) for key in header]
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", c) if isinstance(c, str) else c for c in cells])
        for cell in sheet[sheet.max_row]:
            if cell.data_type == "f":
                cell.data_type = "s"
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    book.save(file)
    return len(table)


_Writer = Callable[[Iterable[Row], IO[bytes], Layout], int]
_WRITERS: dict[str, _Writer] = {
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
    ".xlsx": _write_xlsx,
}


def check_output(path: Path) -> None:
    """Refuse an output of an unknown kind before any work is done.

    Raises:
        OptionError: the ending is none of ``.csv``, ``.jsonl``, ``.xlsx``.
    """
    if path.suffix.lower() not in _WRITERS:
        raise OptionError(str(path), f"unknown kind of output {path.suffix!r}", allowed(_WRITERS))


def write_predictions(rows: Iterable[Row], path: str | Path, layout: Layout | None = None) -> int:
    """Write letters and their predictions to a file whose ending says its kind.

    Returns the number of rows. The file is whole or absent.

    Raises:
        OptionError: the ending is unknown.
        InputError: the file cannot be written.
        MissingExtraError: ``.xlsx`` without the ``excel`` extra.
    """
    target = Path(path)
    check_output(target)
    with replacing(target) as file:
        return _WRITERS[target.suffix.lower()](rows, file, layout or Layout())
