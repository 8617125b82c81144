from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attrition_nlp.extract import extract
from tests.conftest import ROOT

SEEDS = sorted((ROOT / "seeds").glob("*.txt"))


def test_the_seed_documents_hold_seven_letters() -> None:
    found = [len(extract(path.read_text(encoding="utf-8"))) for path in SEEDS]
    assert found == [0, 0, 0, 0, 7]


def test_the_shipped_extracts_are_what_extract_finds() -> None:
    document = SEEDS[4].read_text(encoding="utf-8")
    lines = (ROOT / "seeds" / "letters.jsonl").read_text(encoding="utf-8").splitlines()
    shipped = [json.loads(line) for line in lines]
    assert [(e["start"], e["end"]) for e in shipped] == [
        (x.start, x.end) for x in extract(document)
    ]
    assert all(document[e["start"] : e["end"]] == e["text"] for e in shipped)
    assert {e["document"] for e in shipped} == {SEEDS[4].name}


def test_seed_letters_run_from_salutation_to_signature() -> None:
    for letter in extract(SEEDS[4].read_text(encoding="utf-8")):
        assert letter.text.startswith(("尊敬的", "您好"))
        assert letter.text.endswith(("辞职人:", "辞职人:xxx", "20xx年xx月xx日"))
        assert "范文" not in letter.text
        assert "上一篇" not in letter.text


def test_seed_groups_join_the_near_duplicates() -> None:
    lines = (ROOT / "seeds" / "letters.jsonl").read_text(encoding="utf-8").splitlines()
    groups = [json.loads(line)["group"] for line in lines]
    assert groups == ["group-1", "group-2", "group-3", "group-4", "group-3", "group-2", "group-1"]


@pytest.mark.parametrize(
    "document",
    [
        "",
        "客服为什么离职?本文分析离职原因。企业应当提高薪资。",
        "怎样写辞职信?首先写明称呼,其次说明原因,最后签名。",
        "尊敬的客户:\n您好!\n您的订单已发货,请注意查收。\n此致\n敬礼",
    ],
)
def test_no_letter(document: str) -> None:
    assert extract(document) == []


def test_a_document_that_is_one_letter_without_salutation() -> None:
    text = "本人因家中老人无人照顾,现提出辞职,请批准。\n李四\n2020年3月1日"
    assert [(x.start, x.end) for x in extract(text)] == [(0, len(text))]


def test_two_letters_in_traditional_script_with_windows_line_ends() -> None:
    letter = "尊敬的領導:\r\n您好!\r\n本人因個人原因申請辭職,請批准。\r\n此致\r\n敬禮\r\n張三\r\n"
    page = "範文一\r\n" + letter + "範文二\r\n" + letter
    found = extract(page)
    assert len(found) == 2
    assert all(page[x.start : x.end] == x.text for x in found)
    assert all(x.text.startswith("尊敬") and x.text.endswith("張三") for x in found)


@given(st.text(st.sampled_from("尊敬的领导:\n我申请辞职。此致敬礼范文篇1年月日 xr"), max_size=200))
def test_extracts_are_ordered_disjoint_slices(document: str) -> None:
    last = 0
    for letter in extract(document):
        assert last <= letter.start < letter.end <= len(document)
        assert document[letter.start : letter.end] == letter.text
        last = letter.end
