from __future__ import annotations

from attrition_nlp.baselines import KeywordRules, Majority, baselines


def test_majority() -> None:
    assert list(Majority().fit(["a", "b", "c"], ["x", "y", "y"]).predict(["d", "e"])) == ["y", "y"]


def test_keyword_rules() -> None:
    texts = ["天天加班,没有休息", "離家太遠,父母需要我", "因故辞职"]
    found = list(KeywordRules().fit([], []).predict(texts))
    assert found == ["workload", "family_distance", "other"]


def test_the_plain_pipeline_learns() -> None:
    plain = baselines()["plain pipeline"]
    plain.fit(["加班太多", "想家了", "加班累", "家太远"], ["w", "f", "w", "f"])
    assert list(plain.predict(["加班"])) == ["w"]
