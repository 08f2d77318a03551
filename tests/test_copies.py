"""What a test gets that asks for a database of its own after others had theirs."""

import pytest
from sqlalchemy import MetaData, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.db import make_engine
from tests import conftest, factories
from tests.world import a_world


def test_a_database_that_is_lent_again_is_as_new(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    with conftest.own_database(template_url, tmp_path_factory.mktemp("db")) as url:
        new, number = _content(url), _filled(url)
        assert _content(url) != new
    with conftest.own_database(template_url, tmp_path_factory.mktemp("db")) as again:
        assert _content(again) == new
        assert _filled(again) == number  # numbers begin anew
        _refuses_what_hangs_in_the_air(again)


def test_a_database_that_was_rebuilt_is_lent_to_nobody(
    template_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with conftest.own_database(template_url, tmp_path_factory.mktemp("db")) as url:
        tables = _tables(url)
        _do(url, "CREATE TABLE own (id INTEGER)")
    with conftest.own_database(template_url, tmp_path_factory.mktemp("db")) as again:
        assert _tables(again) == tables


def test_whoever_still_looks_on_is_cut_off(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    with conftest.own_database(template_url, tmp_path_factory.mktemp("db")) as url:
        engine = make_engine(url)
        onlooker = engine.connect()
        onlooker.execute(text("SELECT count(*) FROM person"))
    with conftest.own_database(template_url, tmp_path_factory.mktemp("db")) as again:
        assert again != url  # nobody knows it by its old name
        _filled(again)
    onlooker.invalidate()
    engine.dispose()


def _content(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    engine, tables = make_engine(url), MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        content = {t.name: sorted(map(tuple, connection.execute(select(t))), key=repr) for t in tables.sorted_tables}
    engine.dispose()
    return content


def _filled(url: str) -> int:
    """Puts one of everything into it; gives the number of the person who is entered after that."""
    engine = make_engine(url)
    with Session(engine, expire_on_commit=False) as db:
        a_world(db)
        number = factories.a_person(db).id
        db.commit()
    engine.dispose()
    return number


def _refuses_what_hangs_in_the_air(url: str) -> None:
    with pytest.raises(IntegrityError):
        _do(url, "UPDATE org_unit SET parent_id = 999999999")


def _tables(url: str) -> set[str]:
    engine = make_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def _do(url: str, statement: str) -> None:
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()
