"""What anyone would try first, measured in the same run as the classifier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from attrition_nlp.categories import OTHER, category_ids
from attrition_nlp.text import normalise
from attrition_nlp.tokens import cutter

# The typical cues of the labelling guide, category by category.
_CUES = {
    "health_shift": "倒班 夜班 作息 生物钟 咽喉炎 颈椎 腰椎 住院 医生 静养 孕 抑郁 失眠 身体 病",
    "family_distance": "离家 父母 孩子 两地分居 老家 通勤 家人 家里 结婚 爱人 老人 回家",
    "workload": "加班 强度 压力 喘不过气 休息 考核 客户骂 疲 太累 任务",
    "capability": "能力 胜任 达不到 跟不上 拖后腿 业绩 不适合 经验不足 失误",
    "compensation": "工资 底薪 提成 社保 拖欠 房贷 收入 待遇 薪",
    "career_development": "发展 瓶颈 晋升 转行 考研 考公 创业 机会 规划 兴趣",
    "workplace": "管理 人际 排挤 制度 重视 搬迁 环境 领导不 同事关系 不公",
}


class Baseline(Protocol):
    """Anything that learns from texts and primaries and names a primary for a text."""

    def fit(self, texts: Sequence[str], labels: Sequence[str], /) -> object:
        """Learn from letters and their primary categories."""
        ...

    def predict(self, texts: Sequence[str], /) -> NDArray[np.str_]:
        """Name a primary for each text."""
        ...


class Majority:
    """The most frequent category of the training letters, whatever the letter says."""

    def fit(self, _texts: Sequence[str], labels: Sequence[str]) -> Majority:
        """Count the labels."""
        self.label = Counter(sorted(labels)).most_common(1)[0][0]
        return self

    def predict(self, texts: Sequence[str]) -> NDArray[np.str_]:
        """The same label for all."""
        return np.array([self.label] * len(texts))


class KeywordRules:
    """The category whose cue words occur most often; ``other`` where none does."""

    def fit(self, _texts: Sequence[str], _labels: Sequence[str]) -> KeywordRules:
        """Nothing to learn."""
        return self

    def predict(self, texts: Sequence[str]) -> NDArray[np.str_]:
        """Count cues in each text."""
        found = []
        for text in texts:
            plain = normalise(text).text
            counts = {id: sum(map(plain.count, cues.split())) for id, cues in _CUES.items()}
            best = max(category_ids(), key=lambda id: counts.get(id, 0))
            found.append(best if counts.get(best, 0) else OTHER)
        return np.array(found)


def plain_pipeline() -> Pipeline:
    """The pipeline anyone would write first: jieba, TF-IDF and logistic regression, defaults."""
    vectorizer = TfidfVectorizer(tokenizer=cutter("jieba"), token_pattern=None)
    return make_pipeline(vectorizer, LogisticRegression())


def baselines() -> dict[str, Baseline]:
    """The three baselines, not yet fitted, in the order they are reported."""
    return {
        "majority": Majority(),
        "keyword rules": KeywordRules(),
        "plain pipeline": plain_pipeline(),
    }
