"""From raw text to sentences, clauses and tokens, with every offset traceable to the original.

HR quotes evidence, so each step must be able to say where in the *original* letter a piece
stands. Normalisation therefore returns a map of offsets beside the text, segmentation returns
spans instead of strings, and tokens carry their places.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

# Full-width forms U+FF01..U+FF5E stand 0xFEE0 above their ASCII twins (Unicode 15, block FF00).
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ODD_SPACES = dict.fromkeys([0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F, 0x09, 0x0B, 0x0C], 0x20)
_LOOKALIKES = {0xFE50: 0x2C, 0xFF61: 0x3002, 0xFF64: 0x3001}

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TONED = "a-züāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"

# What normalisation rewrites or drops. Every alternative consumes a bounded or linear run, and
# none can begin inside another, so the scan is linear in the length of the text.
_SCRAPS = re.compile(
    r"(?P<newline>\r\n?|\u2028|\u2029|<(?:br|BR|p|P|/p|/P|div|/div|li|/li|tr|/tr)\s{0,3}/?>)"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});)"
    r"|(?P<tag></?[A-Za-z][A-Za-z0-9]{0,9}(?:\s[^<>\n]{0,200})?>)"
    r"|(?P<invisible>[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+)"
    # A converter's pinyin scrap behind a character: 學(xué), 發(fā).
    rf"|(?P<pinyin>(?<=[{_CJK}])[(\uff08][{_TONED}]{{1,6}}[)\uff09])"
    # A stray quote or backtick between two characters, as copied sample letters carry.
    rf"|(?P<stray>(?<=[{_CJK}])['`\u00b4](?=[{_CJK}]))"
    # Single spaces inside a run of spaced-out characters: 辞 职 报 告.
    rf"|(?P<spaced>(?<=[{_CJK}])[ \u3000](?=[{_CJK}][ \u3000][{_CJK}])"
    rf"|(?<=[{_CJK}][ \u3000][{_CJK}])[ \u3000](?=[{_CJK}]))"
)


@cache
def _characters() -> dict[int, int]:
    """Map of single characters: traditional to simplified, full width to half width."""
    from opencc import OpenCC

    ranges = [(0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00)]
    codes = [code for low, high in ranges for code in range(low, high)]
    simplified = OpenCC("t2s").convert("\n".join(map(chr, codes))).split("\n")
    table = {
        code: ord(new)
        for code, new in zip(codes, simplified, strict=True)
        if len(new) == 1 and ord(new) != code
    }
    return {**table, **_WIDTH, **_ODD_SPACES, **_LOOKALIKES}


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text and the way back from its offsets to the original's.

    ``offsets`` is ``None`` where nothing was dropped, so that offsets are the same on both sides;
    otherwise ``offsets[i]`` is the place in the original of character ``i``, with one entry more
    for the end.
    """

    text: str
    offsets: Sequence[int] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original text that the normalised span ``start:end`` came from."""
        if self.offsets is None or start >= end:
            return (start, end) if self.offsets is None else (self.offsets[start],) * 2
        return self.offsets[start], self.offsets[end - 1] + 1


def normalise(text: str) -> Normalised:
    """Bring a text to simplified script, half width and plain line ends, keeping offsets.

    「辭職」 and 「辞职」 have to meet in one vocabulary, and letters arrive with HTML scraps,
    zero-width characters and the pinyin that converters leave behind. Characters are mapped one
    to one (script by OpenCC's character table, width by Unicode's FF00 block); only scraps are
    dropped, and those are what ``offsets`` accounts for. Time is linear in ``len(text)``.

    >>> normalise("辭職&nbsp;報告").text
    '辞职 报告'
    >>> n = normalise("<b>太累</b>了")
    >>> n.text, n.original(0, 2)
    ('太累了', (3, 5))
    """
    table = _characters()
    if not _SCRAPS.search(text):
        return Normalised(text.translate(table), None)
    pieces: list[str] = []
    offsets: list[int] = []
    last = 0
    for match in _SCRAPS.finditer(text):
        start, end = match.span()
        pieces.append(text[last:start])
        offsets.extend(range(last, start))
        kind = match.lastgroup
        kept = ""
        if kind == "newline":
            kept = "\n"
        elif kind == "entity":
            kept = html.unescape(match.group())
            if kept == match.group() or len(kept) != 1 or kept == "\x00":
                kept = " "
        pieces.append(kept)
        offsets.extend([start] * len(kept))
        last = end
    pieces.append(text[last:])
    offsets.extend(range(last, len(text) + 1))
    return Normalised("".join(pieces).translate(table), offsets)


class Clause(NamedTuple):
    """A stretch ``start:end`` of a normalised text, and the number of the sentence it is in."""

    start: int
    end: int
    sentence: int


_STOP = re.compile(
    rf"[。!?;\n…⋯]+[\"'”’」』)\]]*|(?<=[{_CJK}])\.(?![0-9A-Za-z])"  # sentence ends
    # clause ends, if enough came before; lists and slashes only where the text is brief
    rf"|(?P<soft>[,:]|--+|——+|(?<=[{_CJK}]) +(?=[{_CJK}]))|(?P<list>[、/+])"
)
BRIEF = 60  # characters; a text up to this length is a form entry rather than a letter
_SHORTEST = 12
_SHORTEST_IN_BRIEF = 2
_CONTENT = re.compile(r"[^\s\W_]")
_EDGES = " \t\n,:。!?;…⋯、-—·*#>|~'\"`”’」』)]"


def is_brief(text: str) -> bool:
    """Whether a normalised text is as short as an exit-form entry.

    >>> is_brief("工资低,离家远")
    True
    """
    return len(text) <= BRIEF


def split_clauses(text: str) -> list[Clause]:
    """Cut a normalised text into clauses: at every sentence end, and at commas once a dozen
    characters have gathered; a brief text at every comma, slash and plus sign.

    The clause is what the classifier reads: a whole sentence often joins thanks and reason, and
    a bare comma piece is often too short to tell. Form entries are lists of reasons, so there
    each item is a clause. Edges are trimmed of spaces and punctuation; pieces without a letter or
    digit are dropped. Clauses do not overlap and come in order.

    >>> text = "钱少、离家远"
    >>> [text[c.start:c.end] for c in split_clauses(text)]
    ['钱少', '离家远']
    """
    brief = is_brief(text)
    shortest = _SHORTEST_IN_BRIEF if brief else _SHORTEST
    clauses: list[Clause] = []
    start = 0
    sentence = 0

    def close(end: int) -> None:
        low, high = start, end
        while low < high and text[low] in _EDGES:
            low += 1
        while high > low and text[high - 1] in _EDGES:
            high -= 1
        if low < high and _CONTENT.search(text, low, high):
            clauses.append(Clause(low, high, sentence))

    for match in _STOP.finditer(text):
        if match.lastgroup == "list" and not brief:
            continue
        if match.lastgroup is not None:
            if match.start() - start >= shortest:
                close(match.start())
                start = match.end()
        else:
            close(match.start())
            start = match.end()
            sentence += 1
    close(len(text))
    return clauses
