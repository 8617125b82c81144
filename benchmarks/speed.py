"""Letters a second beside the plain pipeline in one run; start-up time; peak memory."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable

from attrition_nlp import Classifier
from attrition_nlp.baselines import plain_pipeline
from attrition_nlp.corpus import read_corpus

N_LETTERS = 1000


def rate(run: Callable[[], object], n: int) -> float:
    """Letters a second, the better of two runs."""
    best = float("inf")
    for _ in range(2):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return n / best


def seconds(*command: str) -> float:
    """The better of three runs of a command."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    corpus = read_corpus()
    letters = [letter for letter in corpus.letters if 300 <= len(letter.text) <= 900]
    texts = [letter.text for letter in letters][:N_LETTERS]
    plain = plain_pipeline().fit(texts, [letter.primary for letter in letters][:N_LETTERS])
    classifier = Classifier.load()
    classifier.predict(texts[0])

    ours = rate(lambda: list(classifier.predict_many(texts)), len(texts))
    theirs = rate(lambda: plain.predict_proba(texts), len(texts))
    mean = sum(map(len, texts)) / len(texts)
    print(f"{len(texts)} letters of {mean:.0f} characters on average, one process")
    print(f"predict_many        {ours:8.0f} letters a second")
    print(f"plain pipeline      {theirs:8.0f} letters a second")
    print(f"ratio               {ours / theirs:8.2f}")
    bare = seconds(sys.executable, "-c", "pass")
    helped = seconds(sys.executable, "-m", "attrition_nlp", "--help")
    imports = seconds(
        sys.executable, "-c", "import sklearn.linear_model, sklearn.feature_extraction.text"
    )
    one = seconds(
        sys.executable, "-c", "from attrition_nlp import Classifier; Classifier.load().predict('x')"
    )
    print(f"python -c pass      {bare:8.2f} s")
    print(f"--help              {helped:8.2f} s")
    print(f"scikit-learn import {imports:8.2f} s")
    print(f"load and predict    {one:8.2f} s")
    print(
        f"peak memory         {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB"
    )


if __name__ == "__main__":
    main()
