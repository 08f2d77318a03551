"""What the templates write is what Jinja would write."""

from __future__ import annotations

import pytest
from flask import Flask
from jinja2 import Undefined
from markupsafe import Markup, escape

from courses.people.models import Role
from lms.jinja import Templates


class Name(str):
    """A str, but not quite."""

    __slots__ = ()


VALUES = ["<b>&\"'</b>", Markup("<b>&amp;</b>"), Name("<i>"), 7, 1.5, None, True, Role.HEAD, Undefined()]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_every_value_is_written_escaped(whole_app: Flask, value: object) -> None:
    assert Templates.written(value) == escape(value)
    assert whole_app.jinja_env.from_string("{{ value }}").render(value=value) == escape(value)


def test_nothing_is_escaped_where_a_template_says_so(whole_app: Flask) -> None:
    template = whole_app.jinja_env.from_string("{% autoescape false %}{{ value }}{% endautoescape %}{{ value }}")
    assert template.render(value="<b>") == "<b>&lt;b&gt;"


def test_a_macro_is_not_escaped_twice(whole_app: Flask) -> None:
    source = "{% macro one(name) %}<b>{{ name }}</b>{% endmacro %}{{ one(name) }}"
    assert whole_app.jinja_env.from_string(source).render(name="<i>") == "<b>&lt;i&gt;</b>"
