"""The command line: parse, one public call, show.

Exit codes: 0 all went well; 1 some files of a batch could not be read, the rest was done; 2 the
command could not be done, with one message on standard error.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from attrition_nlp.errors import AttritionError

if TYPE_CHECKING:
    from attrition_nlp.classifier import Classifier
    from attrition_nlp.writers import Layout, Row

T = TypeVar("T")


def _guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Show errors of this package as one line, without a traceback."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except AttritionError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(2)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(0)

    return run


_model = click.option("--model", type=click.Path(path_type=Path), help="A model folder.")
_lang = click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)


def _classifier(model: Path | None) -> Classifier:
    from attrition_nlp.classifier import Classifier

    return Classifier.load(model)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="attrition-nlp")
def main() -> None:
    """Tell why people leave, from Chinese resignation letters, exit forms and exit notes."""


@main.command()
@click.argument("inputs", nargs=-1, required=True)
@click.option("--output", "-o", type=click.Path(path_type=Path), help="csv, xlsx or jsonl file.")
@click.option("--text-column", help="The column that holds the letters.")
@click.option("--sheet", help="The sheet of a workbook; the first if not given.")
@click.option("--core", is_flag=True, help="Report the four core categories and 'other' only.")
@_lang
@_model
@_guarded
def classify(
    inputs: tuple[str, ...],
    output: Path | None,
    text_column: str | None,
    sheet: str | None,
    core: bool,
    lang: str,
    model: Path | None,
) -> None:
    """Classify the letters of files and folders (txt, csv, tsv, jsonl, xlsx; - for stdin)."""
    from attrition_nlp.batch import BatchCount, stream_files
    from attrition_nlp.writers import Layout, check_output, write_predictions

    if output is not None:
        check_output(output)
    layout = Layout("en" if lang == "en" else "zh", core)
    problems: list[AttritionError] = []
    count = BatchCount()

    def report(error: AttritionError) -> None:
        problems.append(error)
        click.echo(f"skipped: {error}", err=True)

    rows = _counted(
        stream_files(
            list(inputs),
            classifier=_classifier(model),
            text_column=text_column,
            sheet=sheet,
            on_error=report,
        ),
        count,
    )
    if output is None:
        _show(rows, layout)
    else:
        write_predictions(_with_progress(rows), output, layout)
        click.echo(f"{count.rows} rows written to {output}")
    click.echo(
        f"{count.letters} letters, {count.not_letters} texts that are no letter, "
        f"{count.unreadable} unreadable rows, {len(problems)} unreadable files; "
        f"{count.needs_review} letters to review",
        err=True,
    )
    if problems:
        sys.exit(1)


def _counted(rows: Iterator[Row], count: Any) -> Iterator[Row]:
    for letter, prediction in rows:
        count.add(prediction)
        if prediction.problem is not None:
            click.echo(f"row: {letter.place}: {prediction.problem}", err=True)
        yield letter, prediction


def _with_progress(rows: Iterator[T]) -> Iterator[T]:
    """Count rows on a terminal's standard error, once two seconds have gone by."""
    import time

    start = shown = time.monotonic()
    for number, row in enumerate(rows, 1):
        yield row
        now = time.monotonic()
        if sys.stderr.isatty() and now - start > 2 and now - shown > 0.5:
            shown = now
            click.echo(
                f"\r{number} rows, {number / (now - start):.0f} a second", nl=False, err=True
            )
    if shown != start:
        click.echo("", err=True)


def _show(rows: Iterator[Row], layout: Layout) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False, soft_wrap=True)
    for letter, prediction in _with_progress(rows):
        cells = dict(zip(layout.headers(), layout.cells(prediction), strict=True))
        label, confidence, secondary, evidence, review, note = map(str, cells.values())
        heads = layout.headers()
        if prediction.primary is None:
            console.print(f"[dim]{escape(letter.place)}  {escape(label or note)}[/dim]")
            continue
        console.print(
            f"[bold]{escape(letter.place)}[/bold]  [bold cyan]{escape(label)}[/bold cyan]"
            f"  {heads[1]} {confidence}"
            + (f"  {heads[2]} {escape(secondary)}" if secondary else "")
            + (f"  [yellow]{heads[4]}: {review}[/yellow]" if prediction.needs_review else "")
        )
        if evidence:
            console.print(f"    {heads[3]} {escape(evidence)}")


@main.command()
@click.argument("inputs", nargs=-1, required=True)
@click.option("--output", "-o", type=click.Path(path_type=Path), help="jsonl file.")
@_guarded
def extract(inputs: tuple[str, ...], output: Path | None) -> None:
    """Cut the letters out of longer text documents, one JSON line a letter."""
    from attrition_nlp.batch import extract_files, extract_lines

    if output is None:
        for line in extract_lines(list(inputs)):
            click.echo(line)
        return
    count = extract_files(list(inputs), output)
    click.echo(f"{count} letters written to {output}")


@main.command()
@click.option("--corpus", type=click.Path(path_type=Path), help="A corpus folder.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="The model folder to write.")
@click.option("--n-jobs", default=2, show_default=True, help="Worker processes.")
@_guarded
def train(corpus: Path | None, output: Path | None, n_jobs: int) -> None:
    """Train a model on the shipped corpus or another one."""
    from attrition_nlp.artifact import SHIPPED
    from attrition_nlp.corpus import read_corpus
    from attrition_nlp.resources import resource
    from attrition_nlp.training import train as train_classifier

    target = output or resource("models") / Path(SHIPPED).name
    classifier = train_classifier(
        read_corpus(corpus), n_jobs=n_jobs, progress=lambda line: click.echo(line, err=True)
    )
    classifier.save(target)
    click.echo(f"model written to {target}")


@main.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--baselines/--no-baselines", default=True, help="Measure the baselines beside it.")
@click.option("--folds", type=click.IntRange(2, 20), help="Cross-validate on the corpus instead.")
@click.option("--json", "as_json", is_flag=True, help="Print everything measured as JSON.")
@_model
@_guarded
def evaluate(
    file: Path | None, baselines: bool, folds: int | None, as_json: bool, model: Path | None
) -> None:
    """Measure the model on a labelled JSON Lines file, or by cross-validation."""
    from attrition_nlp.corpus import read_corpus, read_labelled
    from attrition_nlp.evaluation import cross_validate
    from attrition_nlp.evaluation import evaluate as measure
    from attrition_nlp.training import train as train_classifier

    if (file is None) == (folds is None):
        raise click.UsageError("give either a labelled FILE or --folds")
    if file is None:
        assert folds is not None
        result = cross_validate(read_corpus(), train_classifier, n_folds=folds)
    else:
        letters = read_labelled(file)
        result = measure(_classifier(model), letters, beside=read_corpus() if baselines else None)
    click.echo(result.to_json() if as_json else result.to_text())


@main.command()
@click.option("--challenge", type=click.Path(path_type=Path), help="Labelled letters.")
@click.option("--notes", type=click.Path(path_type=Path), help="Labelled exit-form entries.")
@_model
@_guarded
def card(challenge: Path | None, notes: Path | None, model: Path | None) -> None:
    """Write the model card from an evaluation on the challenge set."""
    from attrition_nlp.artifact import SHIPPED
    from attrition_nlp.card import model_card
    from attrition_nlp.corpus import read_corpus, read_labelled
    from attrition_nlp.evaluation import evaluate as measure
    from attrition_nlp.resources import resource
    from attrition_nlp.writers import replacing

    classifier, corpus = _classifier(model), read_corpus()
    letters, entries = (
        measure(classifier, read_labelled(path or resource(f"corpus/{name}.jsonl")), beside=corpus)
        for path, name in ((challenge, "challenge"), (notes, "challenge_notes"))
    )
    target = (model or resource(SHIPPED)) / "MODEL_CARD.md"
    with replacing(target) as file:
        file.write(model_card(letters, entries).encode())
    click.echo(f"model card written to {target}")


@main.command()
@click.argument("input")
@click.option("--words", default=4, show_default=True, help="Words shown for each clause.")
@_lang
@_model
@_guarded
def explain(input: str, words: int, lang: str, model: Path | None) -> None:
    """Show one letter's clauses and what each contributed (a txt file, or - for stdin)."""
    from rich.console import Console
    from rich.markup import escape

    from attrition_nlp.readers import read_file
    from attrition_nlp.writers import Layout

    layout = Layout("en" if lang == "en" else "zh")
    classifier = _classifier(model)
    console = Console(highlight=False, soft_wrap=True)
    for letter in read_file(input):
        explanation = classifier.explain(letter.text)
        prediction = explanation.prediction
        console.print(
            f"[bold]{escape(letter.place)}  {escape(layout.label(prediction))}  "
            f"{prediction.confidence:.3f}[/bold]"
        )
        for clause in explanation.clauses:
            best = max(clause.scores, key=lambda id: clause.scores[id])
            score = clause.scores[best]
            style = "bold cyan" if score >= 0.5 else "cyan" if score >= 0.2 else "dim"
            told = " ".join(
                f"{part.feature.split('__', 1)[1]}{part.weight:+.2f}"
                for part in clause.words[:words]
            )
            console.print(
                f"  {score:.2f} {escape(layout.name(best)):<10} "
                f"[{style}]{escape(' '.join(clause.text.split()))}[/{style}]"
            )
            if score >= 0.2:
                console.print(f"         [dim]{escape(told)}[/dim]")
        console.print(f"[dim]{classifier.signature}[/dim]")


@main.command()
@click.option("--format", "kind", type=click.Choice(["joblib"]), default="joblib")
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path))
@_model
@_guarded
def export(kind: str, output: Path, model: Path | None) -> None:
    """Write the plain scikit-learn pipeline (clauses to probabilities) for use elsewhere."""
    import joblib

    from attrition_nlp.writers import replacing

    with replacing(output) as file:
        joblib.dump(_classifier(model).model.pipeline, file)
    click.echo(f"{kind} pipeline written to {output}; load it only where you trust its origin")


@main.command()
@_model
@_guarded
def info(model: Path | None) -> None:
    """Show versions, the model and the signature of its results."""
    import platform
    from importlib.metadata import version

    from attrition_nlp.tokens import cutter

    classifier = _classifier(model)
    click.echo(f"signature: {classifier.signature}")
    click.echo(f"python {platform.python_version()}")
    for name in ("jieba", "scikit-learn", "joblib", "pandas", "opencc"):
        click.echo(f"{name} {version(name)}")
    engine = "rjieba" if "rjieba" in getattr(cutter(), "__qualname__", "") else "jieba"
    click.echo(f"segmentation engine: {engine}")
    click.echo(f"features: {classifier.model.pipeline.named_steps['classify'].coef_.shape[1]}")
