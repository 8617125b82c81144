"""Words by jieba, each with its place in the text.

jieba 0.42.1 defines the words. ``rjieba`` (the same algorithm in Rust) does the cutting where it
is installed, because it gives the same words about ten times faster on the runs of Chinese
characters that we hand it; a test holds the two equal on the whole corpus. Both are private
instances with the domain dictionary ``corpus/userdict.txt`` added: jieba's global tokenizer and
its cache file in the temp folder are never touched.
"""

from __future__ import annotations

import hashlib
import re
import sys
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any, Literal, NamedTuple, get_args

from attrition_nlp.errors import OptionError, allowed
from attrition_nlp.resources import resource

Engine = Literal["auto", "jieba", "rjieba"]
JIEBA_VERSION = "0.42.1"

_HAN = "\u4e00-\u9fd5"  # what jieba itself takes for Chinese characters
_NOT_HAN = re.compile(f"[^{_HAN}]")
_PLAIN = re.compile(rf"[0-9]+(?:\.[0-9]+)?|[^\W\d_{_HAN}]+")
# A word listed by us outweighs the path through its parts; jieba's own dictionary sums to 6e7.
_USER_FREQUENCY = 100_000


class Token(NamedTuple):
    """A word and the span ``start:end`` it covers; numbers are written ``0``."""

    text: str
    start: int
    end: int


def user_words() -> list[str]:
    """The words of the domain dictionary, in the order of the file."""
    lines = resource("corpus/userdict.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def dictionary_digest() -> str:
    """Six hexadecimal digits that name the domain dictionary."""
    return hashlib.sha256("\n".join(user_words()).encode()).hexdigest()[:6]


def segmenter_signature() -> str:
    """Which words these are: jieba's version and the domain dictionary.

    >>> segmenter_signature().startswith("jieba-0.42.1+dict:")
    True
    """
    return f"jieba-{JIEBA_VERSION}+dict:{dictionary_digest()}"


def _import_jieba() -> Any:
    # jieba asks pkg_resources for its dictionary if it can be imported, which warns and is slow;
    # without it, it opens the file beside its module.
    absent = "pkg_resources" not in sys.modules
    if absent:
        sys.modules["pkg_resources"] = None  # type: ignore[assignment]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            from jieba import Tokenizer
    finally:
        if absent:
            del sys.modules["pkg_resources"]
    return Tokenizer


@cache
def _jieba_cut() -> Callable[[str], list[str]]:
    tokenizer = _import_jieba()()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word in user_words():
        tokenizer.add_word(word, _USER_FREQUENCY)
    cut: Callable[[str], list[str]] = tokenizer.lcut
    return cut


@cache
def _rjieba_cut() -> Callable[[str], list[str]]:
    from rjieba import Jieba

    tokenizer = Jieba()
    for word in user_words():
        tokenizer.add_word(word, _USER_FREQUENCY, "n")
    return lambda text: tokenizer.cut(text, True)


@cache
def cutter(engine: Engine = "auto") -> Callable[[str], list[str]]:
    """The function that cuts a text of Chinese characters and spaces into a list of words.

    Raises:
        OptionError: the engine is unknown, or ``rjieba`` was asked for and is not installed.
    """
    if engine not in get_args(Engine):
        raise OptionError(f"engine {engine!r}", "unknown", allowed(get_args(Engine)))
    if engine == "jieba":
        return _jieba_cut()
    try:
        return _rjieba_cut()
    except ImportError:
        if engine == "auto":
            return _jieba_cut()
        raise OptionError(
            "engine 'rjieba'", "not installed", 'pip install "attrition-nlp[fast]"'
        ) from None


def tokenize(text: str, engine: Engine = "auto") -> list[Token]:
    """Cut a normalised text into words with their offsets.

    Chinese runs go to jieba; runs of other letters stay whole, numbers become ``0`` (what matters
    is that a number stands there), punctuation and spaces give no token. Tokens come in order and
    do not overlap; ``text[t.start:t.end] == t.text`` for every token but numbers.

    >>> [t.text for t in tokenize("三班倒了5年,咽喉炎")]
    ['三班倒', '了', '0', '年', '咽喉炎']
    """
    tokens: list[Token] = []
    place = 0
    for word in cutter(engine)(_NOT_HAN.sub(" ", text)):
        end = place + len(word)
        if word[0] != " ":
            tokens.append(Token(word, place, end))
        place = end
    plain = [
        Token("0" if match.group()[0].isdigit() else match.group(), *match.span())
        for match in _PLAIN.finditer(text)
    ]
    return sorted(tokens + plain, key=lambda token: token.start) if plain else tokens
