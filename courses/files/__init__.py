"""Files that were sent: a row for each, told by their content and never by their name.

`models` the row · `actions` keeping it, and what a file was called · `media_types` what a file is by its bytes.
"""
