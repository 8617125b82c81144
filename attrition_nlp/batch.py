"""Many letters in, as many rows out: files and data frames."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING

from attrition_nlp.corpus import near_duplicate_groups
from attrition_nlp.errors import AttritionError, InputError, allowed
from attrition_nlp.extract import extract
from attrition_nlp.readers import STDIN, files, read_letters, read_text, text_column
from attrition_nlp.results import Letter, Prediction
from attrition_nlp.writers import Layout, check_output, replacing, write_predictions

if TYPE_CHECKING:
    import pandas as pd

    from attrition_nlp.classifier import Classifier

Row = tuple[Letter, Prediction]


@dataclass(slots=True)
class BatchCount:
    """What became of a batch; ``unreadable`` rows came out too, with their problem."""

    rows: int = 0
    letters: int = 0
    not_letters: int = 0
    unreadable: int = 0
    needs_review: int = 0

    def add(self, prediction: Prediction) -> None:
        """Count one row."""
        self.rows += 1
        self.unreadable += prediction.problem is not None
        self.not_letters += prediction.problem is None and not prediction.is_letter
        self.letters += prediction.is_letter
        self.needs_review += prediction.is_letter and prediction.needs_review


def classify_letters(classifier: Classifier, letters: Iterable[Letter]) -> Iterator[Row]:
    """Pair every letter with its prediction, lazily and in order.

    A letter that could not be read keeps its place, with its problem and no category.
    """
    given, texts = tee(letters)
    predictions = classifier.predict_many("" if letter.problem else letter.text for letter in texts)
    for letter, prediction in zip(given, predictions, strict=True):
        if letter.problem is not None:
            prediction = Prediction(
                None, 0.0, needs_review=True, is_letter=False, problem=letter.problem
            )
        yield letter, prediction


def classify_file(
    inputs: str | Path | Sequence[str | Path],
    output: str | Path | None = None,
    *,
    classifier: Classifier | None = None,
    text_column: str | None = None,
    sheet: str | None = None,
    layout: Layout | None = None,
    on_error: Callable[[AttritionError], None] | None = None,
) -> list[Row] | None:
    """Classify every letter of files and folders.

    Without ``output`` the rows are returned; with it they are written there, to csv, xlsx or
    jsonl by its ending, and nothing is returned.

    Raises:
        InputError, OptionError, MissingExtraError: see :func:`read_letters` and
            :func:`write_predictions`.
    """
    rows = stream_files(
        inputs, classifier=classifier, text_column=text_column, sheet=sheet, on_error=on_error
    )
    if output is None:
        return list(rows)
    check_output(Path(output))
    write_predictions(rows, output, layout)
    return None


def stream_files(
    inputs: str | Path | Sequence[str | Path],
    *,
    classifier: Classifier | None = None,
    text_column: str | None = None,
    sheet: str | None = None,
    on_error: Callable[[AttritionError], None] | None = None,
) -> Iterator[Row]:
    """The rows of :func:`classify_file`, one by one."""
    if isinstance(inputs, str | Path):
        inputs = [inputs]
    letters = read_letters(inputs, text_column=text_column, sheet=sheet, on_error=on_error)
    return classify_letters(_loaded(classifier), letters)


def classify_frame(
    frame: pd.DataFrame,
    text: str | None = None,
    *,
    classifier: Classifier | None = None,
    layout: Layout | None = None,
) -> pd.DataFrame:
    """Classify a column of a data frame; the index and all columns are kept, results added.

    Args:
        frame: any data frame; missing cells count as empty letters.
        text: the column with the letters; told from known headers if not given.
        classifier: the classifier to use, the shipped one if not given.
        layout: the language of the added columns and whether in the core view.

    Raises:
        InputError: the column is not there or cannot be told.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"离职原因": ["想家,离父母太远", "加班太多"]}, index=["a", "b"])
    >>> list(classify_frame(frame)["离职类别"])
    ['家庭与距离', '工作负荷与压力']
    """
    import pandas as pd

    header = [str(name) for name in frame.columns]
    if text is not None and text not in header:
        raise InputError("data frame", f"no column {text!r}", allowed(header))
    column = header.index(text) if text is not None else text_column(header, None, "data frame")
    texts = ["" if pd.isna(cell) else str(cell) for cell in frame.iloc[:, column]]
    layout = layout or Layout()
    rows = classify_letters(_loaded(classifier), (Letter(cell) for cell in texts))
    results = pd.DataFrame(
        [layout.cells(prediction) for _, prediction in rows],
        columns=list(layout.headers()),
        index=frame.index,
    )
    return pd.concat([frame, results], axis=1)


def _loaded(classifier: Classifier | None) -> Classifier:
    if classifier is not None:
        return classifier
    from attrition_nlp.classifier import Classifier

    return Classifier.load()


def extract_lines(inputs: Sequence[str | Path]) -> list[str]:
    """Cut the letters out of text documents, one JSON line a letter.

    Each line has ``id``, ``document``, ``start``, ``end`` (character offsets), ``text`` and
    ``group``, which near-duplicates share.

    Raises:
        InputError: a document cannot be read.
    """
    found = [
        (path.name, letter)
        for path in files(inputs)
        if path.suffix.lower() == ".txt" or str(path) == STDIN
        for letter in extract(read_text(path))
    ]
    groups = near_duplicate_groups([letter.text for _, letter in found])
    return [
        json.dumps(
            {
                "id": f"{name[:3]}-{number}",
                "document": name,
                "start": letter.start,
                "end": letter.end,
                "group": f"group-{group + 1}",
                "text": letter.text,
            },
            ensure_ascii=False,
        )
        for number, ((name, letter), group) in enumerate(zip(found, groups, strict=True), 1)
    ]


def extract_files(inputs: Sequence[str | Path], output: str | Path) -> int:
    """Write :func:`extract_lines` to a file, whole or not at all; returns the number of letters.

    Raises:
        InputError: a document cannot be read, or the output cannot be written.
    """
    lines = extract_lines(inputs)
    with replacing(Path(output)) as file:
        file.write("".join(line + "\n" for line in lines).encode())
    return len(lines)
