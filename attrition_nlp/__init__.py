"""attrition-nlp: why people leave, read from Chinese resignation letters.

>>> from attrition_nlp import Classifier
>>> Classifier.load().predict("我家离公司太远,父母年纪大了需要照顾,只好辞职。").primary
'family_distance'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from attrition_nlp.errors import AttritionError

if TYPE_CHECKING:
    from attrition_nlp.batch import classify_file, classify_frame
    from attrition_nlp.classifier import Classifier
    from attrition_nlp.evaluation import evaluate
    from attrition_nlp.extract import extract
    from attrition_nlp.training import train

__all__ = [
    "AttritionError",
    "Classifier",
    "classify_file",
    "classify_frame",
    "evaluate",
    "extract",
    "train",
]

_HOMES = {
    "Classifier": "classifier",
    "classify_file": "batch",
    "classify_frame": "batch",
    "evaluate": "evaluation",
    "extract": "extract",
    "train": "training",
}


def __getattr__(name: str) -> object:
    # Loaded on first use: scikit-learn takes seconds that `--help` should not.
    if name in _HOMES:
        return getattr(import_module(f"attrition_nlp.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'attrition_nlp' has no attribute {name!r}")
