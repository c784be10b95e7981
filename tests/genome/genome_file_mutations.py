"""Break a text file in the ways files break: for fuzzing the readers."""

from __future__ import annotations

import random

_BYTES = [
    b"", b"\x00", b"\xff", b"\n", b"\t", b" ", b">", b";", b"=", b"%", b'"', b"-", b"0", b"N",
    b"999999999999999999999", b"\r\n", b"##FASTA\n", b"#", b"..", b"1e9", b"\xc3\xa9",
]  # fmt: skip


def mutated(original: bytes, chance: random.Random) -> bytes:
    """One to five random changes of a file's bytes, lines or columns."""
    data = original
    for _ in range(chance.randint(1, 5)):
        data = chance.choice(_CHANGES)(data, chance)
    return data


def _replace(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(_BYTES) + data[at + chance.randint(0, 3) :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _drop_line(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if lines:
        del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def _repeat_line(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if lines:
        lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    return b"".join(lines)


def _swap_columns(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    at = chance.randrange(len(lines))
    columns = lines[at].split(b"\t")
    chance.shuffle(columns)
    lines[at] = b"\t".join(columns)
    return b"".join(lines)


def _change_number(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    at = chance.randrange(len(lines))
    columns = lines[at].split(b"\t")
    if len(columns) > 7:
        place = chance.choice([3, 4, 7])
        columns[place] = str(
            chance.choice([0, 1, 2, 3, 7, -1, 100, 204, 850, 2001, 10**13])
        ).encode()
    lines[at] = b"\t".join(columns)
    return b"".join(lines)


def _change_strand(data: bytes, chance: random.Random) -> bytes:
    pair = chance.choice([(b"\t+\t", b"\t-\t"), (b"\t-\t", b"\t+\t"), (b"\t-\t", b"\t.\t")])
    return data.replace(*pair, chance.choice([1, -1]))


def _change_word(data: bytes, chance: random.Random) -> bytes:
    words = [
        b"CDS",
        b"exon",
        b"Parent",
        b"ID",
        b"gene",
        b"mRNA",
        b"transcript_id",
        b"chr1",
        b"pos:",
    ]
    return data.replace(chance.choice(words), chance.choice([*words, b"", b"x"]), 1)


_CHANGES = (_replace, _replace, _cut, _drop_line, _repeat_line, _swap_columns, _change_number,
            _change_number, _change_strand, _change_word)  # fmt: skip
