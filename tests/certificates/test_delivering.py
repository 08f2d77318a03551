"""Handing out what was signed: the same bytes, only to whom they belong, and to whom their owner shows them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates import sharing, store
from courses.certificates.actions import issue
from courses.certificates.models import Certificate, CertificateState, ShareLink
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from tests.certificates.scenes import URL, a_closed_run, completed, signed
from tests.client import Browser


@pytest.fixture
def certificate(db: Session, ana: Person, dan: Person) -> Certificate:
    """Ana's, signed."""
    run = a_closed_run(db)
    completed(db, run, ana)
    [issued] = issue(db, dan.id, run, URL)
    signed(db, issued)
    db.commit()
    return issued


def test_a_file_is_the_same_every_time(client: Browser, db: Session, ana: Person, certificate: Certificate) -> None:
    client.sign_in(ana)
    first = client.get(f"/certificates/{certificate.id}.pdf")
    assert first.data == store.file(db, certificate.id)
    assert first.headers["ETag"] == f'"{store.digest(db, certificate.id)}"'
    assert client.get(f"/certificates/{certificate.id}.pdf").data == first.data


def test_who_has_it_already_is_told_so(client: Browser, ana: Person, certificate: Certificate) -> None:
    for ending in ("pdf", "json"):
        path = f"/certificates/{certificate.id}.{ending}"
        tag = client.sign_in(ana).get(path).headers["ETag"]
        answer = client.get(path, 304, headers={"If-None-Match": tag})
        assert answer.data == b""
        assert client.get(path, headers={"If-None-Match": '"other"'}).data


def test_nothing_is_handed_out_before_it_is_signed(client: Browser, db: Session, ana: Person, dan: Person) -> None:
    run = a_closed_run(db)
    completed(db, run, ana)
    [unsigned] = issue(db, dan.id, run, URL)
    db.commit()
    client.sign_in(ana)
    assert "is being signed" in client.get(f"/certificates/{unsigned.id}").text
    for ending in ("pdf", "json"):
        assert "is being signed" in client.get(f"/certificates/{unsigned.id}.{ending}", 409).text


def the_address(page: str) -> str:
    """The path of the address that is shown once."""
    found = re.search(r'value="http://lms.example(/shared/[^"]+)"', page)
    assert found
    return found[1]


def test_whoever_has_the_address_sees_it_without_signing_in(
    client: Browser, db: Session, ana: Person, certificate: Certificate
) -> None:
    made = client.sign_in(ana).post(f"/certificates/{certificate.id}/sharing", 200, data={"days": "7"})
    assert made.headers["Cache-Control"] == "no-store"
    address = the_address(made.text)
    secret = address.rpartition("/")[2]
    kept = db.scalars(select(ShareLink)).one()
    assert secret not in {kept.sha256, str(kept.id)}
    stranger = Browser(client.app, db)
    answer = stranger.get(address)
    assert answer.data == store.file(db, certificate.id)
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert secret not in client.get(f"/certificates/{certificate.id}/sharing").text
    told = db.scalars(select(Event).where(Event.kind == "certificate_shared")).one()
    assert (told.person_id, secret in str(told.data)) == (ana.id, False)


@pytest.mark.parametrize("end", ["time", "owner", "replaced", "revoked"])
def test_the_address_ends(client: Browser, db: Session, ana: Person, certificate: Certificate, end: str) -> None:
    page = client.sign_in(ana).post(f"/certificates/{certificate.id}/sharing", 200, data={"days": "7"}).text
    address, link = the_address(page), db.scalars(select(ShareLink)).one()
    client.get(address)
    if end == "owner":
        client.post(f"/certificates/{certificate.id}/sharing/{link.id}/ending")
        client.post(f"/certificates/{certificate.id}/sharing/{link.id}/ending")
        assert len(db.scalars(select(Event).where(Event.kind == "sharing_ended")).all()) == 1
    elif end != "time":
        certificate.state = CertificateState.REVOKED if end == "revoked" else CertificateState.SUPERSEDED
        db.commit()
    later = timedelta(days=7) if end == "time" else timedelta(0)
    with clock.frozen(clock.now() + later):
        stranger = Browser(client.app, db)
        gone, never = (told(stranger, path) for path in (address, "/shared/no"))
        assert gone == never


def told(client: Browser, path: str) -> str:
    """The page of an address that opens nothing, without the address itself and the form's token."""
    return re.sub(r'(value|content)="[^"]*"', "", client.get(path, 404).text)


def test_only_the_owner_shares(
    client: Browser, db: Session, dan: Person, eve: Person, certificate: Certificate
) -> None:
    for person in (dan, eve):
        client.sign_in(person).get(f"/certificates/{certificate.id}/sharing", 404)
        client.post(f"/certificates/{certificate.id}/sharing", 404, data={"days": "7"})
    assert not db.scalars(select(ShareLink)).all()


def test_nobody_ends_what_is_anothers(client: Browser, db: Session, eve: Person, certificate: Certificate) -> None:
    link, _ = sharing.share(db, certificate.person_id, certificate, 7)
    db.commit()
    client.sign_in(eve).post(f"/certificates/{certificate.id}/sharing/{link.id}/ending", 404)
    assert db.get_one(ShareLink, link.id).ended_at is None


def test_ten_addresses_are_enough(db: Session, ana: Person, certificate: Certificate) -> None:
    for _ in range(10):
        link, _secret = sharing.share(db, ana.id, certificate, 30)
    with pytest.raises(Refused, match="10 addresses at most"):
        sharing.share(db, ana.id, certificate, 30)
    sharing.end(db, ana.id, certificate, link)
    sharing.share(db, ana.id, certificate, 30)


def test_for_ever_is_no_time_span(client: Browser, ana: Person, certificate: Certificate) -> None:
    client.sign_in(ana).post(f"/certificates/{certificate.id}/sharing", 422, data={"days": "9999"})
