"""Pages, cut by the same words as `courses/`: one package a word with `views.py` and `forms.py`."""

from __future__ import annotations

import importlib
import pkgutil

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The blueprint `pages` of every word's `views`, by name of the word."""
    words = [module.name for module in pkgutil.iter_modules(__path__) if module.ispkg]
    return [importlib.import_module(f"lms.web.{word}.views").pages for word in sorted(words)]
