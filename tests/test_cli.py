from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from attrition_nlp.cli import main
from tests.conftest import ROOT

LETTER = "尊敬的领导:三班倒让我得了咽喉炎,医生建议静养,特此辞职,请批准。"


def run(*args: object, input: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], input=input)


def test_every_command_has_help_and_is_in_the_docs() -> None:
    docs = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for name, command in main.commands.items():
        assert command.help, name
        assert f"## {name}" in docs
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--"):
                    assert f"`{option}`" in docs, (name, option)


def test_the_main_job_on_seeds() -> None:
    result = run("classify", ROOT / "seeds")
    assert result.exit_code == 0
    for name in ("健康与倒班", "家庭与距离", "工作负荷与压力", "能力与胜任"):
        assert name in result.stdout
    assert result.stderr.startswith("7 letters, 4 texts that are no letter")


def test_classify_to_a_file(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text(LETTER, encoding="utf-8")
    result = run("classify", tmp_path / "in.txt", "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 0
    entry = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    assert entry["primary"] == "health_shift"
    assert all(LETTER[e["start"] : e["end"]] == e["text"] for e in entry["evidence"])


def test_stdin() -> None:
    result = run("classify", "-", "--lang", "en", input=LETTER)
    assert result.exit_code == 0
    assert "Health and shift work" in result.stdout


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ["classify", "nowhere.csv"],
            "error: nowhere.csv: no such file or folder; check the path\n",
        ),
        (
            ["classify", "-", "-o", "out.doc"],
            "error: out.doc: unknown kind of output '.doc'; allowed: '.csv', '.jsonl', '.xlsx'\n",
        ),
        (
            ["classify", "-", "--model", "nowhere"],
            "error: nowhere: no model here (no manifest.json); give a folder made by 'train'\n",
        ),
        (["evaluate", "nowhere.jsonl"], "error: nowhere.jsonl: no such file; check the path\n"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_two(args: list[str], message: str) -> None:
    result = run(*args, input="x")
    assert result.exit_code == 2
    assert result.stderr == message
    assert "Traceback" not in result.output


def test_a_bad_file_in_a_batch_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text(LETTER, encoding="utf-8")
    result = run("classify", tmp_path)
    assert result.exit_code == 1
    assert "健康与倒班" in result.stdout
    assert "a.csv: cannot tell which column holds the letters" in result.stderr


def test_extract(tmp_path: Path) -> None:
    result = run("extract", ROOT / "seeds", "-o", tmp_path / "letters.jsonl")
    assert result.exit_code == 0
    made = (tmp_path / "letters.jsonl").read_bytes()
    assert made == (ROOT / "seeds" / "letters.jsonl").read_bytes()


def test_extract_to_the_terminal() -> None:
    result = run("extract", *sorted((ROOT / "seeds").glob("004*.txt")))
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 7


def test_explain() -> None:
    result = run("explain", "-", input=LETTER)
    assert result.exit_code == 0
    assert "健康与倒班" in result.stdout
    assert "cats:8|seg:jieba" in result.stdout


def test_evaluate_a_labelled_file(tmp_path: Path) -> None:
    path = tmp_path / "labelled.jsonl"
    entry = {"text": LETTER, "primary": "health_shift", "evidence": "咽喉炎"}
    path.write_text(json.dumps(entry, ensure_ascii=False) + "\n", encoding="utf-8")
    result = run("evaluate", path, "--no-baselines", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["figures"]["accuracy"]["value"] == 1.0


def test_export_is_the_plain_pipeline(tmp_path: Path) -> None:
    joblib = pytest.importorskip("joblib")
    result = run("export", "-o", tmp_path / "pipeline.joblib")
    assert result.exit_code == 0
    pipeline = joblib.load(tmp_path / "pipeline.joblib")
    assert pipeline.predict(["三班倒让我得了咽喉炎"]) == ["health_shift"]


def test_info() -> None:
    result = run("info")
    assert result.exit_code == 0
    assert result.stdout.startswith("signature: cats:8|seg:jieba-0.42.1+dict:")
