"""Appointments as iCalendar (RFC 5545): a person's feed, and invitations by mail (RFC 5546)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from icalendar import Calendar, Event, Timezone, vCalAddress, vDuration, vText

from courses import clock
from courses.notices.appointments import Appointment

_EVERY = timedelta(hours=1)
"""How often a calendar should look again."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Who publishes, in which language, and in which words. `describe` gives an appointment's title, text and address.

    `name` is that of the calendar, `organiser` the name and mail address that stand for the organisation.
    """

    name: str
    language: str
    organiser: tuple[str, str]
    describe: Callable[[Appointment], tuple[str, str, str]]


def feed(appointments: Sequence[Appointment], frame: Frame) -> bytes:
    """A whole calendar. The same appointments always give the same bytes."""
    calendar = _calendar(appointments, frame)
    calendar.add("x-wr-calname", frame.name)
    calendar.add("x-wr-timezone", clock.ZONE.key)
    calendar.add("refresh-interval", vDuration(_EVERY), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_EVERY))
    for one in appointments:
        calendar.add_component(_event(one, frame))
    return bytes(calendar.to_ical())


def invitation(one: Appointment, frame: Frame, attendee: tuple[str, str]) -> str:
    """What a mail carries to put an appointment into a calendar, change it there, or take it out.

    `attendee`: name and mail address. The method says which: REQUEST, or CANCEL for a cancelled one.
    """
    calendar = _calendar([one], frame)
    calendar.add("method", "CANCEL" if one.cancelled else "REQUEST")
    event = _event(one, frame)
    event.add("attendee", _address(*attendee), parameters={"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED"})
    calendar.add_component(event)
    return str(calendar.to_ical().decode())


def method_of(ics: str) -> str:
    """REQUEST or CANCEL."""
    return str(Calendar.from_ical(ics)["METHOD"])


def _calendar(appointments: Iterable[Appointment], frame: Frame) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//LMS//{frame.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if not all(one.whole for one in appointments):
        calendar.add_component(_timezone())
    return calendar


@cache
def _timezone() -> Timezone:
    """Made once: it costs more than a page."""
    zone = Timezone.from_tzid(clock.ZONE.key, first_date=date(1990, 1, 1))
    zone.pop("COMMENT", None)
    return zone


def _event(one: Appointment, frame: Frame) -> Event:
    title, body, url = frame.describe(one)
    event = Event()
    event.add("uid", one.uid)
    event.add("sequence", one.sequence)
    event.add("dtstamp", one.changed_at)
    event.add("last-modified", one.changed_at)
    event.add("dtstart", _on_clock(one.starts_at, one.whole))
    event.add("dtend", _on_clock(one.ends_at, one.whole))
    event.add("summary", title, parameters={"LANGUAGE": frame.language})
    if one.place:
        event.add("location", one.place)
    event.add("description", body)
    event.add("url", url)
    event.add("organizer", _address(*frame.organiser))
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if one.whole else "OPAQUE")
    return event


def _on_clock(moment: datetime, whole: bool) -> datetime | date:
    local = clock.local(moment)
    return local.date() if whole else local


def _address(name: str, mail: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{mail}")
    address.params["CN"] = vText(name.replace('"', "'"))
    return address
