"""The verification page by itself, outside the office network, with only what it needs.

`data` writes and reads a small SQLite file: for each certificate and other document the SHA-256 of its code (which
cannot be turned back), what the page shows (the name in part only), its state and its file's hash. `app` is the page
on it. It holds no accounts, no whole names, no keys, and writes nothing. A new file put in the place of the old one is
used at once.
"""
