"""What no linter knows. See CONTRIBUTING.md."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from flask import Flask

import courses
import lms.web
from courses.errors import Place
from courses.permissions import Permission
from lms import paths
from lms.config import Config
from lms.web.errors import ADDRESSES

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
SOURCES = sorted([*(ROOT / "courses").rglob("*.py"), *(ROOT / "lms").rglob("*.py")])
TEMPLATES = sorted(paths.TEMPLATES.rglob("*.html"))
SCRIPTS = sorted((paths.STATIC / "js").glob("*.js"))

LONGEST_FUNCTION = 60
LONGEST_FILE = 400
MANY_FILES = 30


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_endpoint_says_who_may(whole_app: Flask) -> None:
    silent = [name for name, view in whole_app.view_functions.items() if not hasattr(view, "guarded_by")]
    assert not silent


def test_paths_are_kebab_case_with_typed_parameters(whole_app: Flask) -> None:
    part = re.compile(r"^(<(int|string|token|path)(\([^)]*\))?:[a-z_]+>|[a-z0-9-]+)(\.(<string:[a-z]+>|[a-z]+))?$")
    odd = [
        rule.rule
        for rule in whole_app.url_map.iter_rules()
        if not all(part.match(piece) for piece in rule.rule.strip("/").split("/") if piece)
    ]
    assert not odd


def test_every_permission_opens_something(whole_app: Flask) -> None:
    assert set(Permission) == {view.guarded_by for view in whole_app.view_functions.values() if view.guarded_by}


def test_every_way_out_leads_somewhere(whole_app: Flask) -> None:
    assert set(ADDRESSES) == set(get_args(Place))
    assert set(ADDRESSES.values()) <= set(whole_app.view_functions)


def test_get_and_post_have_endpoints_of_their_own(whole_app: Flask) -> None:
    both = [r.rule for r in whole_app.url_map.iter_rules() if r.methods and {"GET", "POST"} <= r.methods]
    assert not both


def test_the_domain_never_commits() -> None:
    calls = [relative(p) for p in SOURCES if p.is_relative_to(ROOT / "courses") and ".commit(" in p.read_text()]
    assert not calls


def test_only_the_clock_knows_the_time() -> None:
    asking = re.compile(r"datetime\.(utc)?now\(|date\.today\(|\btime\.time\(")
    assert [relative(p) for p in SOURCES if asking.search(p.read_text())] == ["courses/clock.py"]


def test_the_domain_knows_no_web() -> None:
    web = re.compile(r"^\s*(from|import) (flask|werkzeug|wtforms|jinja2|lms)\b", re.MULTILINE)
    assert not [relative(p) for p in (ROOT / "courses").rglob("*.py") if web.search(p.read_text())]


def test_every_room_says_what_it_holds_and_is_named_in_the_overview() -> None:
    rooms = [module.name for module in pkgutil.iter_modules(courses.__path__) if module.name != "models"]
    assert not [room for room in rooms if f"`{room}`" not in (courses.__doc__ or "")]
    assert not [room for room in rooms if not importlib.import_module(f"courses.{room}").__doc__]


def test_a_room_of_very_many_files_says_what_each_is_for() -> None:
    for room in pkgutil.iter_modules(courses.__path__, "courses."):
        package = importlib.import_module(room.name)
        files = [one.name for one in pkgutil.iter_modules(getattr(package, "__path__", ())) if one.name != "models"]
        assert len(files) <= MANY_FILES or not [name for name in files if f"`{name}`" not in (package.__doc__ or "")]


def test_every_word_of_the_web_says_what_it_holds() -> None:
    words = [module.name for module in pkgutil.iter_modules(lms.web.__path__)]
    assert not [word for word in words if not importlib.import_module(f"lms.web.{word}").__doc__]


def test_every_setting_of_the_environment_is_documented() -> None:
    source = (ROOT / "lms/config.py").read_text()
    names = set(re.findall(r'env\.get\("([A-Z_]+)"', source))
    documented = set(re.findall(r"`([A-Z_]+)`", Config.__doc__ or ""))
    assert names == documented
    readme = (ROOT / "README.md").read_text()
    assert not [name for name in names if name not in readme]


def test_every_template_compiles_and_is_used(whole_app: Flask) -> None:
    words = "\n".join(p.read_text() for p in [*SOURCES, *TEMPLATES])
    unused = []
    for path in TEMPLATES:
        name = path.relative_to(paths.TEMPLATES).as_posix()
        whole_app.jinja_env.get_template(name)
        if f'"{name}"' not in words and f"'{name}'" not in words:
            unused.append(name)
    assert not unused


def test_every_macro_is_used_and_its_file_says_what_it_holds() -> None:
    markup = "\n".join(re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL) for path in TEMPLATES)
    calls = re.sub(r"macro \w+\(", "", markup)
    assert not [name for name in re.findall(r"macro (\w+)\(", markup) if not re.search(rf"\b{name}\b", calls)]
    assert not [relative(p) for p in TEMPLATES if p.parent.name == "components" and not p.read_text().startswith("{#-")]


def test_every_class_of_the_stylesheets_is_used() -> None:
    """Numbered ones (`w35`, `d3`) are put together by the templates; htmx brings its own."""
    used = "\n".join(path.read_text() for path in [*SOURCES, *TEMPLATES, *SCRIPTS])
    styles = "\n".join(path.read_text() for path in (paths.STATIC / "css").glob("*.css"))
    plain = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", styles, flags=re.DOTALL)
    names = {name for name in re.findall(r"\.([a-z][\w-]*)", plain) if not re.fullmatch(r"[a-z]\d+", name)}
    assert not [name for name in sorted(names - {"htmx-request"}) if not re.search(rf"(?<![\w-]){name}(?![\w-])", used)]


def test_what_others_call_says_what_it_does() -> None:
    """Models that say it all by their members, and WTForms' forms, may do without."""
    silent = [
        f"{relative(path)}:{node.name}"
        for path in SOURCES
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert not silent


def test_exceptions_to_a_check_say_why() -> None:
    mute = re.compile(r"#\s*(noqa: \S+|type: ignore\[[\w, -]+\])\s*$", re.MULTILINE)
    everything = [*SOURCES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "scripts").rglob("*.py")]
    assert not [relative(path) for path in everything if mute.search(path.read_text())]


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TODO|FIXME)\b|pytest\.(skip|xfail)\(|mark\.(skip|xfail)")
    everything = [*SOURCES, *TEMPLATES, *(ROOT / "tests").rglob("*.py")]
    assert not [relative(p) for p in everything if p != Path(__file__) and later.search(p.read_text())]


def functions() -> Iterator[tuple[str, int]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{relative(path)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_functions_fit_on_a_screen() -> None:
    assert not [name for name, lines in functions() if lines > LONGEST_FUNCTION]


def test_files_are_split_by_ability() -> None:
    assert not [relative(p) for p in SOURCES if len(p.read_text().splitlines()) > LONGEST_FILE]


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc"])
def test_nothing_is_put_into_a_drawer(name: str) -> None:
    assert not [relative(p) for p in SOURCES if p.stem == name]


def test_the_top_level_is_as_agreed() -> None:
    folders = {p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith(".")}
    assert folders - {"dist", "build"} <= {"lms", "courses", "migrations", "templates", "scripts", "tests"}
