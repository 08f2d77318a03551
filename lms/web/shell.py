"""What every page carries: the bar, the organisation's name, language and theme."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, g, request, url_for

from courses.notices.queries import unread
from courses.people.actor import Actor
from courses.permissions import Permission, may
from courses.text import text
from lms import db
from lms.auth.guard import me_or_none
from lms.i18n import LANGUAGES, language, words
from lms.web.help.places import topic_of


@dataclass(frozen=True)
class NavItem:
    """One entry of the bar; `current` when the page shown stands under it."""

    label: str
    url: str
    icon: str
    current: bool


_BAR = (
    (text("Home"), "home.index", "house", Permission.LEARN),
    (text("Courses"), "catalogue.index", "book-open", Permission.LEARN),
    (text("My learning"), "enrolment.mine", "calendar", Permission.LEARN),
    (text("Certificates"), "certificates.mine", "award", Permission.LEARN),
    (text("Teaching"), "attendance.index", "clipboard-check", Permission.TEACH),
    (text("Our department"), "approval.index", "users", Permission.NOMINATE),
    (text("Operations"), "reporting.operations", "chart-column", Permission.PLAN),
    (text("Reports"), "reporting.explore", "chart-column", Permission.OVERSEE),
    (text("Settings"), "settings.index", "settings", Permission.ADMINISTER),
)
_WITHIN = {"reporting.explore": Permission.PLAN, "approval.index": Permission.PLAN}
"""Entries that whoever holds this permission finds under another one."""
_UNDER = {
    "jobs": "reporting.operations",
    "jobs.index": "settings.index",
    "people": "settings.index",
    "units": "settings.index",
    "rooms": "reporting.operations",
    "approval": "approval.index",
    "history": "enrolment.mine",
    "history.queue": "reporting.operations",
    "assignment": "reporting.operations",
    "nomination": "approval.index",
    "hours": "enrolment.mine",
    "hours.waiting": "approval.index",
    "hours.recognise": "approval.index",
    "hours.return_to": "approval.index",
    "hours.units": "approval.index",
    "hours.person": "approval.index",
    "hours.rules_form": "settings.index",
    "hours.change_rules_of": "settings.index",
    "workplace": "approval.index",
    "workplace.skills": "enrolment.mine",
    "workplace.of_run": "attendance.index",
    "workplace.checklist": "reporting.operations",
    "workplace.set_checklist": "reporting.operations",
    "board": "enrolment.mine",
    "surveys": "reporting.operations",
    "surveys.show": "enrolment.mine",
    "surveys.answer": "enrolment.mine",
    "surveys.mine": "attendance.index",
    "selection": "reporting.operations",
    "draw": "reporting.operations",
    "assessment": "attendance.index",
    "paper": "attendance.index",
    "checkin": "attendance.index",
    "checkin.index": "enrolment.mine",
    "checkin.waiting": "reporting.operations",
    "assessment.own": "enrolment.mine",
    "assessment.appeal": "enrolment.mine",
    "absences": "reporting.operations",
    "absences.own": "enrolment.mine",
    "absences.ask": "enrolment.mine",
    "scheduling": "reporting.operations",
    "taught": "reporting.operations",
    "guests": "reporting.operations",
    "taught.mine": "attendance.index",
    "completion": "reporting.operations",
    "confirming": "reporting.operations",
    "content": "reporting.operations",
    "content.learn": "enrolment.mine",
    "content.learn_lesson": "enrolment.mine",
    "content.attempt": "enrolment.mine",
    "exchange": "reporting.operations",
    "completion.card": "enrolment.mine",
    "reporting.own_transcript": "enrolment.mine",
    "scheduling.my_timetable": "enrolment.mine",
    "certificates.of_run": "reporting.operations",
    "certificates.register": "reporting.operations",
    "certificates.completion_register": "reporting.operations",
    "certificates.waiting_list": "reporting.operations",
    "certificates.find_person": "reporting.operations",
    "certificates.of_person": "reporting.operations",
    "certificates.issue_document": "reporting.operations",
    "certificates.seal_log": "reporting.operations",
    "certificates.log_seal": "reporting.operations",
    "certificates.document_revocation": "reporting.operations",
    "certificates.revoke_document": "reporting.operations",
    "certificates.templates": "reporting.operations",
    "certificates.choose": "reporting.operations",
    "certificates.new_template": "reporting.operations",
    "certificates.add_template": "reporting.operations",
    "certificates.edit_template": "reporting.operations",
    "certificates.change_template": "reporting.operations",
    "certificates.template_version": "reporting.operations",
    "certificates.print_runs": "reporting.operations",
    "certificates.begin_chosen": "reporting.operations",
    "certificates.print_run": "reporting.operations",
    "certificates.resume": "reporting.operations",
    "certificates.reprint": "reporting.operations",
    "certificates.retry_print_run": "reporting.operations",
    "certificates.print_setup": "reporting.operations",
    "certificates.change_print_setup": "reporting.operations",
    "certificates.correction": "reporting.operations",
    "certificates.revocation": "reporting.operations",
    "enrolment.participants": "reporting.operations",
    "notices.of_run": "reporting.operations",
    "notices.new": "reporting.operations",
    "notices.send": "reporting.operations",
    "notices.sent": "reporting.operations",
    "notices.message": "reporting.operations",
    "notices.wordings_index": "settings.index",
    "notices.wording": "settings.index",
    "notices.change_wording": "settings.index",
    "letters": "reporting.operations",
    "enrolment.add": "reporting.operations",
    "enrolment.losing": "reporting.operations",
    "enrolment.change_capacity": "reporting.operations",
    "enrolment.replacement": "reporting.operations",
    "enrolment.replace": "reporting.operations",
}
"""Blueprints, and single pages, that stand in the bar under another one's entry; `g.under`: as this request is told."""
_INSTEAD = {
    "confirming": "approval.index",
    "reporting.operations": "attendance.index",
    "approval.index": "reporting.operations",
    "assignment": "approval.index",
    "draw": "catalogue.index",
    "jobs": "settings.index",
}
"""Where the same pages stand for who has no such entry, by that entry or by their blueprint: instructors see rosters,
too, officers applications, clerks mandatory courses, everybody draws, and administrators jobs."""


def init_app(app: Flask) -> None:
    """Register the context of every template."""
    app.jinja_env.globals["url_for"] = address

    @app.context_processor
    def every_page() -> dict[str, Any]:
        actor = None if request.endpoint is None else me_or_none()
        organisation = db.current_organisation()
        lang, theme = language(), request.cookies.get("theme")
        korean = lang == "ko"
        return {
            "actor": actor,
            "nav": bar(actor) if actor else [],
            "help_topic": topic_of(request.endpoint),
            "organisation": organisation.name if korean else organisation.name_en,
            "brand": organisation.site_name if korean else organisation.site_name_en,
            "logo": organisation.logo,
            "lang": lang,
            "languages": LANGUAGES,
            "theme": theme if theme in {"light", "dark"} else "",
            "unread_notices": lambda: unread(db.looking(), actor.id) if actor and not g.get("failed") else 0,
            "may": lambda permission: actor is not None and may(actor, Permission(permission)),
        }


def address(endpoint: str, **values: Any) -> str:
    """`url_for` of the templates: a page asks for dozens of addresses, most of them those of the page before."""
    return _address(request.script_root, endpoint, **values)


@lru_cache(maxsize=4096, typed=True)
def _address(_root: str, endpoint: str, /, **values: Any) -> str:
    return url_for(endpoint, **values)


def bar(actor: Actor) -> list[NavItem]:
    """One bar for all roles: the entries this person may use."""
    here = g.get("under") or _UNDER.get(request.endpoint or "") or _UNDER.get(request.blueprint or "")
    mine = [entry for entry in _BAR if _is_own(actor, entry[1], entry[3])]
    if here and here not in {endpoint for _, endpoint, _, _ in mine}:
        here = _INSTEAD.get(request.blueprint or "") or _INSTEAD.get(here, here)
    return [
        NavItem(
            label=words(label),
            url=address(endpoint),
            icon=icon,
            current=endpoint == here or (here is None and endpoint.split(".")[0] == request.blueprint),
        )
        for label, endpoint, icon, _ in mine
    ]


def _is_own(actor: Actor, endpoint: str, permission: Permission) -> bool:
    return may(actor, permission) and not (endpoint in _WITHIN and may(actor, _WITHIN[endpoint]))
