"""A byte-level BPE tokenizer that splits text as llama.cpp does for `tokenizer.ggml.pre = gpt-2` (ASCII text)."""
from __future__ import annotations

import re
from collections import Counter

SPLIT = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+")


def byte_alphabet() -> list[str]:
    """One printable character per byte value, in the public mapping that byte-level BPE files use."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    extra = iter(range(256, 512))
    return [chr(b) if b in printable else chr(next(extra)) for b in range(256)]


class Bpe:
    """`tokens` are strings over the byte alphabet; ids of ordinary tokens start at `first_id`."""

    def __init__(self, merges: list[tuple[str, str]], first_id: int) -> None:
        self.alphabet = byte_alphabet()
        self.merges = merges
        self.tokens = [*self.alphabet, *(left + right for left, right in merges)]
        self.ids = {token: first_id + i for i, token in enumerate(self.tokens)}
        self.rank = {pair: i for i, pair in enumerate(merges)}
        self.cache: dict[str, list[int]] = {}

    def encode(self, text: str) -> list[int]:
        ids: list[int] = []
        for piece in SPLIT.findall(text):
            if piece not in self.cache:
                self.cache[piece] = self.encode_piece(piece)
            ids.extend(self.cache[piece])
        return ids

    def encode_piece(self, piece: str) -> list[int]:
        parts = [self.alphabet[b] for b in piece.encode()]
        while len(parts) > 1:
            best = min(zip(parts, parts[1:]), key=lambda pair: self.rank.get(pair, len(self.rank)))
            if best not in self.rank:
                break
            parts = merge(parts, best)
        return [self.ids[part] for part in parts]


def merge(parts: list[str], pair: tuple[str, str]) -> list[str]:
    out: list[str] = []
    i = 0
    while i < len(parts):
        if i + 1 < len(parts) and (parts[i], parts[i + 1]) == pair:
            out.append(parts[i] + parts[i + 1])
            i += 2
        else:
            out.append(parts[i])
            i += 1
    return out


def train(text: str, merge_count: int) -> list[tuple[str, str]]:
    """The `merge_count` most frequent merges of `text`; ties go to the pair that sorts first."""
    alphabet = byte_alphabet()
    pieces = Counter(SPLIT.findall(text))
    words = {piece: [alphabet[b] for b in piece.encode()] for piece in pieces}
    merges: list[tuple[str, str]] = []
    for _ in range(merge_count):
        pairs: Counter[tuple[str, str]] = Counter()
        for piece, parts in words.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += pieces[piece]
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        for piece, parts in words.items():
            if best[0] in parts:
                words[piece] = merge(parts, best)
    return merges
