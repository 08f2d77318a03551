"""Keys and signatures as the web of credentials writes them: base58 after a `z`, a key after its kind."""

from __future__ import annotations

_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_P256 = b"\x80\x24"
"""What says in a Multikey that it is a public key on P-256 (33 bytes follow)."""
_LONGEST = 200


def base58(data: bytes) -> str:
    """Bytes as a multibase string of base58 (Bitcoin's alphabet)."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _DIGITS[digit] + digits
    zeros = len(data) - len(data.lstrip(b"\x00"))
    return "z" + _DIGITS[0] * zeros + digits


def from_base58(written: str) -> bytes:
    """The bytes that `base58` wrote; ValueError for anything else, or more than 200 characters."""
    if not written.startswith("z") or len(written) > _LONGEST:
        raise ValueError("no base58 multibase string")
    digits = written[1:]
    zeros = len(digits) - len(digits.lstrip(_DIGITS[0]))
    number = 0
    for digit in digits:
        number = number * 58 + _DIGITS.index(digit)
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multikey(point: bytes) -> str:
    """A compressed point on P-256 (33 bytes) as a Multikey: `zDn…`."""
    return base58(_P256 + point)


def from_multikey(written: str) -> bytes:
    """The compressed point in a Multikey; ValueError for a key of another kind."""
    kind, point = (data := from_base58(written))[:2], data[2:]
    if kind != _P256 or len(point) != 33:
        raise ValueError("no public key on P-256")
    return point
