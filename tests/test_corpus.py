from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attrition_nlp.categories import category_ids
from attrition_nlp.corpus import (
    NEAR_DUPLICATE,
    Corpus,
    grouped_folds,
    near_duplicate_groups,
    read_clauses,
    read_corpus,
    read_labelled,
    similarity,
)
from attrition_nlp.errors import InputError, OptionError
from attrition_nlp.text import normalise, split_clauses
from tests.conftest import ROOT

GOOD = {"id": "a", "text": "太累了,辞职", "primary": "workload"}


def write(path: Path, *entries: object) -> Path:
    lines = [e if isinstance(e, str) else json.dumps(e, ensure_ascii=False) for e in entries]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{", "x.jsonl line 1: not JSON; write one JSON object a line"),
        ("[]", "x.jsonl line 1: not a JSON object; write one JSON object a line"),
        (
            {"primary": "workload"},
            "x.jsonl line 1: field 'text' is missing or empty; give the letter as a string",
        ),
        (
            GOOD | {"primary": "tired"},
            "x.jsonl line 1: unknown primary 'tired'; allowed: "
            + ", ".join(repr(id) for id in (*category_ids(), "not_a_letter")),
        ),
        (
            GOOD | {"secondary": ["workload"]},
            "x.jsonl line 1: secondary repeats a category; name each category once",
        ),
        (
            GOOD | {"evidence": [{"category": "workload", "quote": "很累"}]},
            "x.jsonl line 1: an evidence quote is not in the text; quote it exactly",
        ),
    ],
)
def test_every_field_is_validated(tmp_path: Path, entry: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_labelled(write(tmp_path / "x.jsonl", entry))
    assert str(caught.value) == message


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.jsonl: no such file; check the path$"):
        read_labelled(tmp_path / "none.jsonl")


def test_one_deciding_quote_may_be_a_string(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", GOOD | {"evidence": "太累了"})
    letter = read_labelled(path)[0]
    assert [(q.category, q.start, q.end) for q in letter.quotes] == [("workload", 0, 3)]
    assert not letter.exhaustive


def test_unknown_clause_label(tmp_path: Path) -> None:
    path = write(tmp_path / "c.jsonl", {"text": "好", "label": "nothing"})
    with pytest.raises(InputError, match=r"^c\.jsonl line 1: unknown label 'nothing'; allowed: "):
        read_clauses(path)


def test_a_folder_without_a_corpus(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"letters\.jsonl: no such file; give a folder with"):
        read_corpus(tmp_path)


@given(st.lists(st.text("辞职加班父母", min_size=1, max_size=12), max_size=8))
def test_groups_are_numbered_in_order_and_equal_texts_share_one(texts: list[str]) -> None:
    groups = near_duplicate_groups(texts)
    assert len(groups) == len(texts)
    for text, group in zip(texts, groups, strict=True):
        assert group == groups[texts.index(text)]
    assert list(dict.fromkeys(groups)) == list(range(len(set(groups))))


def test_folds_never_split_a_group(corpus: Corpus) -> None:
    for train_rows, test_rows in grouped_folds(corpus.letters, 5):
        inside = {corpus.letters[i].group for i in train_rows}
        assert not inside & {corpus.letters[i].group for i in test_rows}


def test_too_many_folds(corpus: Corpus) -> None:
    with pytest.raises(OptionError, match=r"^n_folds: 9 for 3 letters; use 2 to n letters"):
        grouped_folds(corpus.letters[:3], 9)


# The shipped corpus is held to the rules of its datasheet.


def test_near_duplicates_share_a_group(corpus: Corpus) -> None:
    alike = similarity([letter.text for letter in corpus.letters]).tocoo()
    for i, j, value in zip(*alike.coords, alike.data, strict=True):
        if value > NEAR_DUPLICATE:
            assert corpus.letters[i].group == corpus.letters[j].group


def test_ids_are_unique(corpus: Corpus) -> None:
    ids = Counter(letter.id for letter in (*corpus.letters, *corpus.notes))
    assert max(ids.values()) == 1


def test_every_category_has_its_share(corpus: Corpus) -> None:
    counts = Counter(letter.primary for letter in corpus.letters)
    assert min(counts[id] for id in category_ids()) >= 120
    clauses = Counter(clause.label for clause in corpus.clauses)
    assert min(clauses[id] for id in category_ids()) >= 1500
    assert clauses["none"] >= 6000
    sizes = [len(part) for part in (corpus.letters, corpus.notes, corpus.clauses)]
    assert all(size >= least for size, least in zip(sizes, (1500, 2500, 18000), strict=True))
    assert len(corpus.other_texts) >= 250


def test_over_half_give_several_reasons_and_a_third_hold_a_trap(corpus: Corpus) -> None:
    n = len(corpus.letters)
    assert sum(bool(letter.secondary) for letter in corpus.letters) > n / 2
    assert sum(bool(letter.traps) for letter in corpus.letters) > n / 3
    assert len({letter.role for letter in corpus.letters}) >= 40


def test_the_challenge_set_stands_apart(corpus: Corpus) -> None:
    challenge = read_labelled(ROOT / "corpus" / "challenge.jsonl")
    notes = read_labelled(ROOT / "corpus" / "challenge_notes.jsonl")
    assert sum(letter.primary != "not_a_letter" for letter in challenge) >= 400
    assert len(notes) >= 200
    known = {letter.text for letter in (*corpus.letters, *corpus.notes)} | set(corpus.other_texts)
    assert not [letter.id for letter in challenge if letter.text in known]
    groups = near_duplicate_groups([x.text for x in corpus.letters] + [x.text for x in challenge])
    inside = set(groups[: len(corpus.letters)])
    assert not inside & set(groups[len(corpus.letters) :])


def test_sentences_are_distinct(corpus: Corpus) -> None:
    stock = re.compile(
        r"此致|敬礼|您好|你好|尊敬|领导|批准|辞职|申请人|离职|感谢|谢谢|祝|年.*月|^[x×X_\d\s]+$|抱歉|敬上"
    )
    seen: Counter[str] = Counter()
    for letter in corpus.letters:
        text = normalise(letter.text).text
        for clause in split_clauses(text):
            piece = text[clause.start : clause.end]
            if len(piece) >= 6 and not stock.search(piece):
                seen[piece] += 1
    assert sum(1 for n in seen.values() if n == 1) / len(seen) >= 0.95


def test_primary_is_quoted_unless_no_reason_is_given(corpus: Corpus) -> None:
    for letter in corpus.letters:
        quoted = {quote.category for quote in letter.quotes}
        assert letter.primary in quoted or letter.primary == "other"
        assert set(letter.secondary) <= quoted | {"other"}


def test_no_personal_numbers(corpus: Corpus) -> None:
    number = re.compile(r"1[3-9]\d{9}|\d{17}[\dXx]|[\w.]+@[\w.]+\.\w+")
    held = [*corpus.letters, *corpus.notes]
    assert not [letter.id for letter in held if number.search(letter.text)]


def test_seed_letters_of_the_corpus_are_the_extracted_ones(corpus: Corpus) -> None:
    lines = (ROOT / "seeds" / "letters.jsonl").read_text(encoding="utf-8").splitlines()
    extracted = {entry["id"]: entry["text"] for entry in map(json.loads, lines)}
    seeds = [letter for letter in corpus.letters if letter.source == "seed"]
    assert len(seeds) == 4
    assert all(extracted[letter.id] == letter.text for letter in seeds)


def test_digest_names_the_data(corpus: Corpus) -> None:
    held = corpus.without_groups(frozenset({corpus.letters[0].group}))
    assert held.digest.startswith(corpus.digest + "-")
    assert len(held.letters) < len(corpus.letters)
    assert np.all([letter.group != corpus.letters[0].group for letter in held.letters])
