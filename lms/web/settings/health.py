"""Is it healthy? One page, each line with what to do where it is not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template, url_for
from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import audit
from courses.events.actions import kind_of
from courses.events.facts import BackedUp
from courses.events.queries import latest
from courses.notices import queries as notices
from courses.permissions import Permission
from lms import db as doors
from lms.auth.failures import SignInFailure
from lms.auth.guard import permit
from lms.config import Config, config
from lms.i18n import _, ngettext
from lms.jobs import queries as jobs
from lms.jobs.models import JobState
from lms.web.formats import moment, number
from lms.web.settings import keys
from lms.web.settings.blueprint import pages

_DAY = timedelta(days=1)
_LATE, _OLD = timedelta(minutes=15), 2 * _DAY
_MANY_FAILURES = 100
_GIGABYTE = 1024**3


@dataclass(frozen=True)
class Check:
    """One thing that can be well or not: `tone` is ok, warn or bad; `url` leads to where it is mended."""

    name: str
    tone: str
    words: str
    remedy: str = ""
    url: str | None = None


@pages.get("/settings")
@permit(Permission.ADMINISTER)
def index() -> str:
    """Everything that can be wrong."""
    checks = list(_checks(doors.session(), config()))
    return render_template("settings/index.html", checks=checks, worst=[one for one in checks if one.tone != "ok"])


def _checks(db: Session, config: Config) -> Iterator[Check]:
    yield _worker(db)
    yield _work(db)
    yield _mail(db)
    yield _backup(db)
    yield _audit(db)
    yield _keys(db)
    yield _disk(config)
    yield _database(db)
    yield _sign_ins(db)
    yield _transport(config)


def _worker(db: Session) -> Check:
    beat = jobs.last_beat(db)
    well = jobs.is_heard(beat)
    heard = moment(beat) if beat else _("never")
    words = _("The worker was last heard of: %(when)s", when=heard)
    remedy = "" if well else _("Start “lms work”, or “lms serve”, which brings one along.")
    return Check(_("Background work"), "ok" if well else "bad", words, remedy, url_for("jobs.index"))


def _work(db: Session) -> Check:
    counts, waiting = jobs.counts(db), jobs.oldest_waiting(db)
    failed = counts[JobState.FAILED]
    late = waiting is not None and waiting < clock.now() - _LATE
    words = _("%(failed)s failed, %(ready)s waiting", failed=number(failed), ready=number(counts[JobState.READY]))
    remedy = _("Look at the errors, mend the cause, and try again.") if failed else ""
    return Check(_("Jobs"), "warn" if failed or late else "ok", words, remedy, url_for("jobs.index", state="failed"))


def _mail(db: Session) -> Check:
    failed = len(notices.failures(db))
    words = ngettext("%(n)s letter did not get through", "%(n)s letters did not get through", failed)
    return Check(
        _("Mail"), "warn" if failed else "ok", words, _("Correct the addresses or SMTP_URL.") if failed else ""
    )


def _backup(db: Session) -> Check:
    last = latest(db, kind_of(BackedUp))
    if last is None:
        return Check(
            _("Backup"), "bad", _("There is no backup yet"), _("Run “lms backup”, and every night from then on.")
        )
    well = last.at > clock.now() - _OLD
    words = _("The last one: %(when)s, %(rows)s rows", when=moment(last.at), rows=number(last.data["rows"]))
    return Check(_("Backup"), "ok" if well else "warn", words, "" if well else _("Let “lms backup” run every night."))


def _audit(db: Session) -> Check:
    last = audit.last(db)
    if last is None:
        words, tone = _("There was no audit yet"), "warn"
    elif last["number"]:
        words, tone = ngettext("%(n)s thing does not hold", "%(n)s things do not hold", last["number"]), "bad"
    else:
        words, tone = _("Everything held: %(when)s", when=moment(datetime.fromisoformat(last["at"]))), "ok"
        tone = tone if datetime.fromisoformat(last["at"]) > clock.now() - _OLD else "warn"
    remedy = {"ok": "", "bad": _("See what was found, and what to do.")}.get(tone, _("Let the work of the night run."))
    return Check(_("Audit of enrolments"), tone, words, remedy, url_for("settings.enrolments"))


def _keys(db: Session) -> Check:
    tone, words, remedy = keys.health(db)
    return Check(_("Signing keys"), tone, words, remedy, url_for("settings.keys"))


def _disk(config: Config) -> Check:
    usage = shutil.disk_usage(config.home)
    free = usage.free / usage.total
    tone = "bad" if free < 0.05 else "warn" if free < 0.15 else "ok"
    words = _("%(free)s GB free of %(total)s GB", free=usage.free // _GIGABYTE, total=usage.total // _GIGABYTE)
    return Check(_("Disk"), tone, words, "" if tone == "ok" else _("Make room, or move LMS_HOME to a larger disk."))


def _database(db: Session) -> Check:
    postgresql = db.get_bind().dialect.name == "postgresql"
    size = "pg_database_size(current_database())" if postgresql else "page_count * page_size"
    source = "" if postgresql else " FROM pragma_page_count(), pragma_page_size()"
    used = db.scalar(sql(f"SELECT {size}{source}")) or 0  # our own words
    name = "PostgreSQL" if postgresql else "SQLite"
    return Check(_("Database"), "ok", _("%(name)s, %(size)s MB", name=name, size=number(used // 1024**2)))


def _sign_ins(db: Session) -> Check:
    since = clock.now() - _DAY
    failed = db.scalar(select(func.count()).select_from(SignInFailure).where(SignInFailure.at > since)) or 0
    words = ngettext("%(n)s failed sign-in in 24 hours", "%(n)s failed sign-ins in 24 hours", failed)
    tone = "warn" if failed > _MANY_FAILURES else "ok"
    return Check(
        _("Sign-ins"),
        tone,
        words,
        _("See whether they come from one address.") if tone == "warn" else "",
        url_for("settings.sign_ins"),
    )


def _transport(config: Config) -> Check:
    well = config.secure_cookies
    words = _("People come by https") if well else _("People come by http: anybody on the way can read along")
    return Check(
        _("Encryption"), "ok" if well else "warn", words, "" if well else _("Set PUBLIC_URL to the https address.")
    )
