from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attrition_nlp import tokens
from attrition_nlp.corpus import Corpus
from attrition_nlp.errors import OptionError
from attrition_nlp.text import normalise
from attrition_nlp.tokens import cutter, tokenize, user_words


@given(st.text(st.sampled_from("我三班倒咽喉炎医生aB1 9.5,。\n职"), max_size=60))
def test_tokens_stand_where_they_say(text: str) -> None:
    last = 0
    for token in tokenize(text):
        assert last <= token.start < token.end <= len(text)
        assert token.text in (text[token.start : token.end], "0")
        last = token.end


def test_chinese_tokens_join_back_to_the_text() -> None:
    text = "长期坐在电脑前面不停地接电话使我患上了咽喉炎和脊椎疼痛"
    assert "".join(token.text for token in tokenize(text)) == text


@pytest.mark.parametrize("word", ["三班倒", "咽喉炎", "两地分居", "底薪", "双休"])
def test_domain_words_stay_whole(word: str) -> None:
    assert word in user_words()
    assert [token.text for token in tokenize(f"因为{word}的缘故", "jieba")].count(word) == 1


def test_rjieba_cuts_exactly_as_jieba_does(corpus: Corpus) -> None:
    pytest.importorskip("rjieba")
    texts = [letter.text for letter in (*corpus.letters, *corpus.notes)]
    texts += [clause.text for clause in corpus.clauses]
    texts += list(corpus.other_texts)
    seeds = Path(__file__).parent.parent / "seeds"
    texts += [path.read_text(encoding="utf-8") for path in sorted(seeds.glob("*.txt"))]
    different = []
    for number, text in enumerate(texts):
        plain = normalise(text).text
        if tokenize(plain, "jieba") != tokenize(plain, "rjieba"):
            different.append(number)
    assert not different


def test_the_global_jieba_is_left_alone_and_nothing_is_cached(
    capfd: pytest.CaptureFixture[str],
) -> None:
    cutter("jieba")("三班倒")
    import jieba

    assert not jieba.dt.initialized
    assert not (Path(tempfile.gettempdir()) / "jieba.cache").exists()
    assert capfd.readouterr() == ("", "")
    assert sys.modules.get("pkg_resources", 0) is not None


def test_unknown_engine_lists_the_allowed_ones() -> None:
    with pytest.raises(OptionError) as caught:
        cutter("spacy")  # type: ignore[arg-type]
    assert str(caught.value) == ("engine 'spacy': unknown; allowed: 'auto', 'jieba', 'rjieba'")


def test_auto_falls_back_to_jieba_without_rjieba(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> None:
        raise ImportError

    monkeypatch.setattr(tokens, "_rjieba_cut", absent)
    cutter.cache_clear()
    try:
        assert cutter("auto")("三班倒") == ["三班倒"]
        with pytest.raises(OptionError, match=r"^engine 'rjieba': not installed; pip install"):
            cutter("rjieba")
    finally:
        cutter.cache_clear()
