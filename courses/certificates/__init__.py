"""Certificates: number series, frozen facts and codes (`facts`), drawing (`pdf`), verification.

`pdf` is the layout; it stands on `lettering` (words into boxes), `fonts`, `ornament` and `qr`.
"""
