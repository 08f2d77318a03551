"""The installation's keys: made by themselves, shown, changed, revoked, backed up, and never read by the web."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from courses.events.models import Event
from courses.events.queries import latest
from courses.settings.published import Published, published
from courses.signing import examine
from courses.signing import folder as files
from lms import keys, migrate
from lms.cli import main, serve
from lms.config import Config, key_folder
from lms.db import Database
from lms.web.settings.keys import health
from tests import factories
from tests.client import Browser
from tests.signing.scenes import office, signed


@pytest.fixture
def here(tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A place of its own, for the command line too."""
    monkeypatch.setenv("LMS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATABASE_URL", database.url)
    return Config.from_environment()


def lms(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def known(database: Database) -> Published:
    with database.look() as db:
        return published(db)


def file_of(config: Config, days: int = 0) -> bytes:
    return signed(keys.signer(config), at=clock.now() + timedelta(days=days))


def test_keys_are_made_once_and_published(here: Config, database: Database) -> None:
    with database.begin() as db:
        keys.ensure(here, db)
    first = known(database)
    with database.begin() as db:
        keys.ensure(here, db)
        assert latest(db, "signing_key_made") is not None
    assert known(database).keys == first.keys
    assert first.current is not None
    assert first.current.key_id == keys.signer(here).key_id
    assert examine(file_of(here), first.trusted, first.crls).good


def test_a_second_machine_makes_none_of_its_own(here: Config, database: Database, tmp_path: Path) -> None:
    other = replace(here, home=tmp_path / "other")
    other.home.mkdir()
    with database.begin() as db:
        keys.ensure(here, db)
        keys.ensure(other, db)
        with pytest.raises(Refused, match="elsewhere"):
            keys.make(other, db, "p256")
    assert not key_folder(other).exists()
    with pytest.raises(Refused, match="init-keys"):
        keys.signer(other)


def test_after_all_keys_were_lost_what_they_signed_stays_good(here: Config, database: Database, tmp_path: Path) -> None:
    assert lms("certificates", "init-keys").exit_code == 0
    early = file_of(here)
    key_folder(here).rename(tmp_path / "lost")
    assert "elsewhere" in lms("certificates", "init-keys").output or "--anew" in lms("certificates", "init-keys").output
    assert lms("certificates", "init-keys", "--anew").exit_code == 0
    now = known(database)
    assert len(now.authorities) == len(now.crls) == len(now.keys) == 2
    assert examine(early, now.trusted, now.crls).good
    assert examine(file_of(here), now.trusted, now.crls).good


def test_the_command_line_makes_changes_shows_and_revokes(here: Config, database: Database) -> None:
    assert "init-keys" in lms("certificates", "show-keys").output
    assert lms("certificates", "init-keys").exit_code == 0
    assert lms("certificates", "init-keys").exit_code == 1
    early, first = file_of(here), keys.signer(here).key_id
    assert lms("certificates", "revoke-key", first, "--reason", "superseded").exit_code == 1
    assert lms("certificates", "rotate-keys").exit_code == 0
    assert keys.signer(here).key_id != first
    above, *lines = lms("certificates", "show-keys").output.splitlines()
    assert above.endswith(examine(early, known(database).trusted, []).authority_id)
    assert [line[:16] for line in lines] == [first, keys.signer(here).key_id]
    assert examine(early, known(database).trusted, known(database).crls).good
    assert lms("certificates", "revoke-key", first, "--reason", "key_compromise").exit_code == 0
    now = known(database)
    assert not examine(early, now.trusted, now.crls).good
    assert now.proof_keys == [keys.signer(here).proof_key]
    (found,) = x509.load_pem_x509_certificates(lms("certificates", "show-keys", "--authority").stdout_bytes)
    crl = x509.load_pem_x509_crl(lms("certificates", "show-keys", "--revoked").stdout_bytes)
    assert crl.is_signature_valid(found.public_key())  # type: ignore[arg-type]  # it is one that signs
    assert len(list(crl)) == 1


def test_another_authority_can_be_trusted_and_nonsense_not(here: Config, database: Database, tmp_path: Path) -> None:
    other = office()
    (tmp_path / "other.pem").write_bytes(other.trusted[0])
    (tmp_path / "odd.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert lms("certificates", "trust", str(tmp_path / "odd.pem")).exit_code == 1
    for _twice in range(2):
        assert lms("certificates", "trust", str(tmp_path / "other.pem")).exit_code == 0
    assert len(known(database).authorities) == 1
    assert examine(signed(other.signer), known(database).trusted, []).good
    with database.look() as db:
        assert db.scalars(select(Event.kind).where(Event.kind == "authority_trusted")).all() == ["authority_trusted"]


def test_a_backup_has_keys_only_where_they_are_asked_for(here: Config, tmp_path: Path) -> None:
    assert lms("backup", str(tmp_path / "none.zip"), "--with-keys").exit_code == 1
    lms("certificates", "init-keys")
    plain, full = tmp_path / "plain.zip", tmp_path / "full.zip"
    assert lms("backup", str(plain)).exit_code == lms("backup", str(full), "--with-keys").exit_code == 0
    names = {path.relative_to(here.home).as_posix() for path in key_folder(here).rglob("*") if path.is_file()}
    assert set(ZipFile(full).namelist()) - set(ZipFile(plain).namelist()) == names
    assert not [name for name in ZipFile(plain).namelist() if "key" in name]


@pytest.fixture
def opened() -> Iterator[list[str]]:
    """The paths that are opened from now on. A hook of the interpreter cannot be taken off, only be stilled."""
    paths: list[str] = []
    listening = True

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if listening and event == "open":
            paths.append(str(arguments[0]))

    sys.addaudithook(hook)
    yield paths
    listening = False


def test_the_web_never_opens_a_key(client: Browser, db: Session, opened: list[str]) -> None:
    app = client.app.extensions["config"]
    keys.ensure(app, db)
    db.commit()
    keys.signer(app)
    assert [path for path in opened if str(key_folder(app)) in path]  # those who may are heard
    opened.clear()
    fay, dan = factories.a_person(db, "한페이", roles=["administrator"]), factories.a_person(db, roles=["officer"])
    for person, path in ((fay, "/settings"), (fay, "/settings/keys"), (dan, "/operations"), (dan, "/verify")):
        client.sign_in(person).get(path)
    assert not [path for path in opened if str(key_folder(app)) in path]


@pytest.mark.parametrize(("days", "tone"), [(0, "ok"), (1_000, "ok"), (1_020, "warn"), (1_094, "warn"), (1_100, "bad")])
def test_administrators_are_told_before_a_key_ends(client: Browser, db: Session, days: int, tone: str) -> None:
    app = client.app.extensions["config"]
    fay = factories.a_person(db, "한페이", roles=["administrator"])
    assert health(db)[0] == "bad"
    keys.ensure(app, db)
    db.commit()
    with clock.frozen(clock.now() + timedelta(days=days)):
        assert health(db)[0] == tone
    page = client.sign_in(fay).get("/settings/keys").text
    assert keys.signer(app).key_id in page


def test_the_process_that_the_web_processes_are_forked_from_never_loads_a_key(
    here: Config, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it had in its memory, each of them would have."""
    keys._loaded.cache_clear()
    monkeypatch.setattr(serve, "_claim_port", lambda _config: None)
    monkeypatch.setattr(serve, "_announce", print)
    monkeypatch.setattr(migrate, "upgrade", lambda _engine: None)  # the tables are there
    served: list[Config] = []
    monkeypatch.setattr(serve, "_granian", served.append)
    assert lms("serve", "--no-demo", "--no-work").exit_code == 0
    assert served == [here]
    current = known(database).current
    assert current
    assert current.key_id == files.current(key_folder(here))
    assert keys._loaded.cache_info().currsize == 0
