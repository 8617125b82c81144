"""Finds the letters that stand inside a longer document.

Pages that collect sample letters put headings, articles and site furniture around them. A letter
runs from its salutation (or its greeting, where it has no salutation) to its signature; what lies
between counts as a letter only if its writer asks to leave. The rules read lines, once each, so
time is linear in the length of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from attrition_nlp.text import normalise

_SALUTATION = re.compile(
    r"^(?:尊敬的|敬爱的|亲爱的|各位|致)[^。!?]{0,24}[::,]?\s*(?:您好|你好|见信好)?[!。,]?$"
    r"|^[^\s。!?,]{1,14}(?:领导|经理|总|主任|校长|院长|园长|店长|老板|部长|书记|局长|厂长|主管|董事长|会长|班长|老师)"
    r"(?:[、,和及与各位同事们\w]{0,12})?[::](?:您好|你好)?[!。]?$"
)
_GREETING = re.compile(r"^(?:您好|你好|您们好|你们好|大家好|见信好|见字如面)[!。,:~]{0,2}$")
_CLOSING = re.compile(r"^(?:此致|敬礼|此致[,]?\s*敬礼|顺颂商祺|祝好|谢谢)[!。~]{0,3}$")
_SIGNED_BY = re.compile(
    r"^(?:辞职人|申请人|报告人|离职人|辞呈人|此呈|员工|职工|签名|落款|姓名)(?:\s*[::].{0,16}|)$"
)
_NAME = re.compile(r"^[\w×*·.]{1,6}(?:敬上|谨上|上|呈)?$")
_DATE = re.compile(
    r"^[\dxX×_〇○零一二三四五六七八九十年 ]{1,9}年?[\dxX×_月日号 ./\-一二三四五六七八九十]*$"
)
_HEADING = re.compile(
    r"(?:第\s*[\d一二三四五六七八九十]+\s*[篇章节]|篇[\d一二三四五六七八九十]+|范文[\d一二三四五六七八九十]*|[信告书]\s*_?\w{0,6}\d{0,2})$"
    r"|^[上下]一篇|^当前位置|^关键词|^参考文献"
)
_LEAVING = re.compile(
    r"辞职|离职|辞去|请辞|辞呈|辞工|辞别|离开(?:公司|单位|学校|这里|岗位)|不(?:想|能)再?(?:干|做)"
)
_FIRST_PERSON = re.compile(r"我|本人|俺|咱")
_ASKING = re.compile(
    r"批准|准许|准予|同意|提出|申请|递交|请求|恳请|望.{0,6}(?:领导|理解|谅解)|决定|选择|不得不|特此"
)
_LONGEST_WHOLE = 4000


@dataclass(frozen=True, slots=True)
class Extracted:
    """A letter found in a document: ``text == document[start:end]``."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int
    end: int

    @property
    def is_opening(self) -> bool:
        return bool(len(self.text) <= 40 and _SALUTATION.search(self.text))

    @property
    def is_greeting(self) -> bool:
        return bool(_GREETING.search(self.text))

    @property
    def is_tail(self) -> bool:
        """A closing, a signature or a date: what may follow the last sentence of a letter."""
        patterns = (_CLOSING, _SIGNED_BY, _NAME, _DATE)
        return len(self.text) <= 24 and any(pattern.search(self.text) for pattern in patterns)

    @property
    def is_heading(self) -> bool:
        return len(self.text) <= 40 and bool(_HEADING.search(self.text))


def _lines(document: str) -> Iterator[_Line]:
    normal = normalise(document)
    for match in re.finditer(r"[^\n]+", normal.text):
        piece = match.group()
        text = piece.strip()
        if not text:
            continue
        start = match.start() + len(piece) - len(piece.lstrip())
        yield _Line(text, *normal.original(start, start + len(text)))


def _asks_to_leave(text: str) -> bool:
    return bool(_LEAVING.search(text) and _FIRST_PERSON.search(text) and _ASKING.search(text))


def _block_end(lines: list[_Line], first: int) -> int:
    """The index after the last line of the letter that opens at ``first``."""
    closed = False
    for index in range(first + 1, len(lines)):
        line = lines[index]
        if line.is_opening or (line.is_greeting and index > first + 1):
            return index
        if line.is_heading or (closed and not line.is_tail):
            return index
        closed = closed or any(
            pattern.search(line.text) for pattern in (_CLOSING, _SIGNED_BY, _DATE)
        )
    return len(lines)


def extract(document: str) -> list[Extracted]:
    r"""Find every resignation letter in a document, in order, with its character offsets.

    A document that holds no salutation but is itself short and asks to leave is one letter from
    its first sentence on. Articles about resigning, templates' introductions, tables of contents
    and site furniture are not returned.

    >>> page = "篇一\n尊敬的领导:\n因身体原因,我申请辞职,请批准。\n此致\n敬礼\n张三\n上一篇:笑话"
    >>> [(letter.start, letter.end) for letter in extract(page)]
    [(3, 35)]
    """
    lines = list(_lines(document))
    found: list[Extracted] = []
    index = 0
    opened = False
    while index < len(lines):
        line = lines[index]
        if not (line.is_opening or line.is_greeting):
            index += 1
            continue
        opened = True
        end = _block_end(lines, index)
        block = lines[index:end]
        if _asks_to_leave("".join(part.text for part in block)):
            span = (block[0].start, block[-1].end)
            found.append(Extracted(document[slice(*span)], *span))
        index = end
    if opened or found or not lines:
        return found
    body = [line for line in lines if not line.is_heading]
    whole = "".join(line.text for line in body)
    if body and len(whole) <= _LONGEST_WHOLE and re.search("我|本人", whole[:400]):
        asks = re.search(rf"(?:我|本人|特此?)[^。!?\n]{{0,30}}(?:{_LEAVING.pattern})", whole)
        if asks and _asks_to_leave(whole):
            span = (body[0].start, body[-1].end)
            found.append(Extracted(document[slice(*span)], *span))
    return found
