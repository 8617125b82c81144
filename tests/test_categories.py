from __future__ import annotations

from pathlib import Path

import pytest

from attrition_nlp.categories import (
    categories,
    category,
    category_ids,
    core_view,
    read_taxonomy,
)
from attrition_nlp.errors import ModelError, OptionError
from attrition_nlp.resources import resource
from tests.conftest import ROOT

IDS = (
    "health_shift",
    "family_distance",
    "workload",
    "capability",
    "compensation",
    "career_development",
    "workplace",
    "other",
)


def test_the_eight_ids_in_their_order() -> None:
    assert category_ids() == IDS


def test_four_are_core() -> None:
    assert [c.id for c in categories() if c.core] == list(IDS[:4])


@pytest.mark.parametrize(
    ("id", "core"),
    [("workload", "workload"), ("compensation", "other"), ("other", "other")],
)
def test_core_view(id: str, core: str) -> None:
    assert core_view(id) == core


def test_unknown_id_lists_the_allowed_ones() -> None:
    with pytest.raises(OptionError) as caught:
        category("health")
    assert str(caught.value) == (
        "category 'health': unknown id; allowed: " + ", ".join(repr(id) for id in IDS)
    )


def test_names_in_two_languages_are_distinct() -> None:
    assert len({c.name("zh") for c in categories()}) == 8
    assert len({c.name("en") for c in categories()}) == 8


def test_every_countermeasure_names_a_seed_document() -> None:
    documents = {path.name[:3] for path in (ROOT / "seeds").glob("*.txt")}
    assert len(documents) == 5
    used = {m.document for c in categories() for m in c.countermeasures}
    assert used == documents
    assert all(c.countermeasures for c in categories())


def test_damaged_taxonomy_is_a_model_error(tmp_path: Path) -> None:
    broken = tmp_path / "taxonomy.toml"
    broken.write_text("[[category]]\nid = 'x'\n", encoding="utf-8")
    with pytest.raises(ModelError, match=r"taxonomy\.toml: not a readable taxonomy \(KeyError\)"):
        read_taxonomy(broken)


def test_missing_resource() -> None:
    with pytest.raises(ModelError, match=r"^no/such: not part of this installation; reinstall"):
        resource("no/such")
