"""Trees over any number of leaves, against the definition of RFC 6962."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.signing import merkle

pytestmark = pytest.mark.once

LEAVES = st.lists(st.binary(max_size=40), min_size=1, max_size=70)


def defined(leaves: list[bytes]) -> bytes:
    """The root as the RFC defines it (2.1), word by word."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + defined(leaves[:half]) + defined(leaves[half:])).digest()


@given(LEAVES, st.data())
def test_every_leaf_is_proven_and_only_where_it_is(leaves: list[bytes], data: st.DataObject) -> None:
    tree, size = merkle.Tree(leaves), len(leaves)
    at = data.draw(st.integers(0, size - 1))
    path = tree.path(at)
    assert tree.root == defined(leaves) == merkle.root(leaves)
    assert path == merkle.path(leaves, at)
    assert merkle.verify(leaves[at], at, size, path, tree.root)
    assert not merkle.verify(leaves[at] + b"x", at, size, path, tree.root)
    assert not merkle.verify(leaves[at], at, size, [*path, bytes(32)], tree.root)
    assert not merkle.verify(leaves[at], at, size, path[:-1], tree.root) or not path
    assert not merkle.verify(leaves[at], at, size, path, bytes(32))
    other = data.draw(st.integers(-1, size))
    assert merkle.verify(leaves[at], other, size, path, tree.root) == (other == at) or _alike(leaves, at, other)


def _alike(leaves: list[bytes], at: int, other: int) -> bool:
    """Equal halves of a tree prove each other."""
    return 0 <= other < len(leaves) and leaves[other] == leaves[at]


@given(LEAVES, st.data())
def test_a_changed_leaf_or_order_is_another_root(leaves: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:at], leaves[at] + b"x", *leaves[at + 1 :]]
    assert merkle.root(changed) != merkle.root(leaves)
    assert (merkle.root(leaves[::-1]) == merkle.root(leaves)) == (leaves[::-1] == leaves)
    assert merkle.root([*leaves, leaves[-1]]) != merkle.root(leaves)


def test_a_node_is_never_taken_for_a_leaf() -> None:
    leaves = [b"a", b"b"]
    node = merkle.root([b"a"]) + merkle.root([b"b"])
    assert merkle.root([node]) != merkle.root(leaves)
    assert not merkle.verify(node, 0, 1, [], merkle.root(leaves))


def test_what_is_not_there_has_no_path() -> None:
    with pytest.raises(ValueError, match="leaf"):
        merkle.root([])
    with pytest.raises(IndexError):
        merkle.path([b"a"], 1)
    assert not merkle.verify(b"a", 0, 0, [], merkle.root([b"a"]))
