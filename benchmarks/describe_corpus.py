"""Prints the tables of ``corpus/DATASHEET.md``: counts, lengths, traps, trades and agreement."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from sklearn.metrics import cohen_kappa_score

from attrition_nlp.categories import category_ids
from attrition_nlp.corpus import NOT_A_LETTER, read_corpus, read_labelled
from attrition_nlp.model import WordNgrams
from attrition_nlp.resources import resource
from attrition_nlp.results import LabelledLetter
from attrition_nlp.text import normalise


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    head = list(header)
    print("| " + " | ".join(head) + " |\n|" + " --- |" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def agreement(name: str, first: dict[str, LabelledLetter]) -> None:
    lines = resource("corpus/second_labels.jsonl").read_text(encoding="utf-8").splitlines()
    second = {e["id"]: e for e in map(json.loads, lines) if e["file"] == name}
    ids = sorted(set(second) & set(first))
    a = [first[i].primary for i in ids]
    b = [second[i]["primary"] for i in ids]
    same = sum(x == y for x, y in zip(a, b, strict=True)) / len(ids)
    reasons = [
        (({first[i].primary, *first[i].secondary}), {second[i]["primary"], *second[i]["secondary"]})
        for i in ids
    ]
    both = 2 * sum(len(x & y) for x, y in reasons) / sum(len(x) + len(y) for x, y in reasons)
    print(
        f"`{name}`: {len(ids)} letters, same primary {same:.3f}, "
        f"Cohen's kappa {cohen_kappa_score(a, b):.3f}, micro-F1 of all reasons {both:.3f}\n"
    )
    rows = []
    for id in category_ids():
        x, y = [p == id for p in a], [p == id for p in b]
        kappa = f"{cohen_kappa_score(x, y):.3f}" if any(x) and any(y) else "-"
        rows.append([f"`{id}`", sum(x), sum(y), kappa])
    table(["category", "first reader", "second reader", "kappa"], rows)


def main() -> None:
    corpus = read_corpus()
    challenge = read_labelled(resource("corpus/challenge.jsonl"))
    tested = [letter for letter in challenge if letter.primary != NOT_A_LETTER]
    notes = read_labelled(resource("corpus/challenge_notes.jsonl"))
    clauses = Counter(clause.label for clause in corpus.clauses)
    sets = [corpus.letters, corpus.notes, tested, notes]
    counts = [Counter(letter.primary for letter in rows) for rows in sets]
    table(
        ["primary", "letters", "entries", "clauses", "challenge letters", "challenge entries"],
        [
            [f"`{id}`", counts[0][id], counts[1][id], clauses[id], counts[2][id], counts[3][id]]
            for id in category_ids()
        ]
        + [
            ["`none`", "", "", clauses["none"], "", ""],
            ["all", len(sets[0]), len(sets[1]), len(corpus.clauses), len(sets[2]), len(sets[3])],
        ],
    )
    print(
        f"Texts that are no letter: {len(corpus.other_texts)} to train, "
        f"{len(challenge) - len(tested)} in the challenge set.\n"
    )
    lengths = Counter(
        "under 250" if len(x.text) < 250 else "250 to 700" if len(x.text) <= 700 else "over 700"
        for x in corpus.letters
    )
    table(["length of letters, characters", "letters"], sorted(lengths.items()))
    table(["kind", "letters"], Counter(x.kind for x in corpus.letters).most_common())
    table(["source", "letters"], Counter(x.source for x in corpus.letters).most_common())
    several = sum(bool(x.secondary) for x in corpus.letters) / len(corpus.letters)
    trapped = sum(bool(x.traps) for x in corpus.letters) / len(corpus.letters)
    roles = len({x.role for x in corpus.letters})
    print(f"More than one reason: {several:.2f}. With a trap: {trapped:.2f}. Trades: {roles}.\n")
    table(["trap", "letters"], Counter(t for x in corpus.letters for t in x.traps).most_common())
    words = WordNgrams()
    known = {w for c in corpus.clauses for w in words(normalise(c.text).text) if " " not in w}
    known |= {w for x in corpus.letters for w in words(normalise(x.text).text) if " " not in w}
    asked = [
        w
        for x in tested
        for q in x.quotes
        for w in words(normalise(x.text[q.start : q.end]).text)
        if " " not in w
    ]
    unmet = sum(w not in known for w in asked) / len(asked)
    print(
        f"Words of the challenge set's evidence that training never met: {unmet:.4f} "
        f"of {len(asked)}.\n"
    )
    agreement("letters.jsonl", {x.id: x for x in corpus.letters})
    agreement("challenge.jsonl", {x.id: x for x in tested})


if __name__ == "__main__":
    main()
