"""Mailing invitations. The link is made here and kept nowhere: who reads the outbox cannot come in by it."""

from __future__ import annotations

from typing import Any

from courses import clock
from courses.people.models import Invitation, Person
from courses.settings.organisation import Organisation, organisation
from lms.auth.passwords import invitation_token
from lms.i18n import _, readable, speaking
from lms.jobs.handlers import handler
from lms.jobs.work import Work
from lms.mail import Mail, outbox


@handler("mail_invitations")
def mail_invitations(work: Work, facts: list[dict[str, Any]]) -> None:
    """Mail those that still hold and have not gone out; the job is tried again while the server takes none."""
    for fact in facts:
        with work.database.look() as db:
            invitation, named = db.get_one(Invitation, fact["person_id"]), organisation(db)
            mail = _mail(work, db.get_one(Person, fact["person_id"]), invitation, named)
        if invitation.number != fact["number"] or invitation.mailed_at or invitation.expires_at <= clock.now():
            continue
        with outbox(work.config) as post:
            post.post(mail)
        with work.begin() as db:
            sent = db.get_one(Invitation, fact["person_id"], with_for_update=True)
            if sent.number == fact["number"]:
                sent.mailed_at = clock.now()


def _mail(work: Work, person: Person, invitation: Invitation, named: Organisation) -> Mail:
    token = invitation_token(work.config.secret_key, person.id, invitation.number, person.session_key)
    with speaking(person.language):
        ours = named.name if person.language == "ko" else named.name_en
        until = readable(invitation.expires_at)
        lines = [
            _("%(name)s, you are invited to teach at %(organisation)s.", name=person.name, organisation=ours),
            _("Set a password by this link. It works once, until %(until)s:", until=until),
            f"{work.config.public_url}/password/{token}",
            _("Afterwards sign in with this e-mail address. You see your own runs there: roster, attendance, scores."),
        ]
        subject = _("Invitation to teach at %(organisation)s", organisation=ours)
    body = "\n".join([*lines[:2], "", lines[2], "", lines[3], "", "-- ", ours, ""])
    return Mail(
        key=f"invitation-{person.id}-{invitation.number}",
        to=(person.name, person.mail or ""),
        sender=(ours, work.config.mail_from),
        subject=subject,
        body=body,
        written_at=invitation.invited_at,
    )
