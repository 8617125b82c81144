from __future__ import annotations

from pathlib import Path

import pytest

from attrition_nlp.errors import ModelError
from attrition_nlp.lexicon import lexicon, read_lexicon


def test_the_longest_word_at_a_place_counts(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.toml"
    path.write_text(
        '[classes.body]\nwords = ["颈椎"]\n[classes.illness]\nwords = ["颈椎病"]\n',
        encoding="utf-8",
    )
    assert read_lexicon(path).concepts("颈椎病,颈椎") == ["illness", "body"]


def test_every_class_is_well_formed() -> None:
    shipped = lexicon()
    assert len({name for names in shipped.classes.values() for name in names}) >= 200
    assert all(word == word.strip() and word for word in shipped.classes)


@pytest.mark.parametrize("content", ["[classes.a]\n", "no toml [", "[other]\nx = 1\n"])
def test_damaged_lexicon(tmp_path: Path, content: str) -> None:
    path = tmp_path / "lexicon.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"^lexicon\.toml: not a readable lexicon"):
        read_lexicon(path)
