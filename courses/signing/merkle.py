"""Merkle trees as RFC 6962 hashes them: one root stands for all files of a job, a short path proves one of them.

Leaves are any bytes (here: the SHA-256 of a file). A leaf is hashed after a byte 0, a node after a byte 1, so that
neither can be passed off as the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_LEAF, _NODE = b"\x00", b"\x01"


class Tree:
    """All levels of a tree, so that a path costs a few look-ups. A node without a partner rises as it is."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        if not leaves:
            raise ValueError("a tree needs a leaf")
        self._levels = [[_hash(_LEAF, leaf) for leaf in leaves]]
        while len(self._levels[-1]) > 1:
            self._levels.append(_above(self._levels[-1]))

    @property
    def root(self) -> bytes:
        """32 bytes that stand for all leaves in their order."""
        return self._levels[-1][0]

    def path(self, index: int) -> list[bytes]:
        """The hashes beside the way from a leaf up to the root, lowest first; IndexError for no such leaf."""
        if not 0 <= index < len(self._levels[0]):
            raise IndexError(index)
        beside = []
        for level in self._levels[:-1]:
            if index ^ 1 < len(level):
                beside.append(level[index ^ 1])
            index //= 2
        return beside


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over some leaves. ValueError for none."""
    return Tree(leaves).root


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The path of one leaf; for those of all leaves make one `Tree`."""
    return Tree(leaves).path(index)


def verify(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a leaf is the one at `index` of the `size` leaves under a root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last, rest = _hash(_LEAF, leaf), size - 1, list(path)
    while last:
        if index % 2 or index < last:
            if not rest:
                return False
            beside = rest.pop(0)
            here = _hash(_NODE, beside + here) if index % 2 else _hash(_NODE, here + beside)
        index, last = index // 2, last // 2
    return not rest and here == root


def _above(level: list[bytes]) -> list[bytes]:
    pairs = [_hash(_NODE, level[at] + level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return pairs if len(level) % 2 == 0 else [*pairs, level[-1]]


def _hash(kind: bytes, data: bytes) -> bytes:
    return hashlib.sha256(kind + data).digest()
