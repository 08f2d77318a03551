"""Policy packs: what the default one says, which version holds when, and what a broken one is told."""

import re
from datetime import date
from pathlib import Path

import pytest

from courses.attendance.models import AttendanceMark
from courses.catalogue.models import Kind
from courses.completion import facts
from courses.completion.lines import line_of
from courses.completion.policy import FOLDER, KINDS, RULES, PolicyError, load_folder, pack, pack_on, packs, parse
from courses.errors import Refused

PLAIN = (FOLDER / "plain.toml").read_text(encoding="utf-8")


def test_the_plain_pack_holds_the_default_rules() -> None:
    plain = pack("plain", 1)
    site, cyber = plain.rules("classroom"), plain.rules("cyber")
    assert (site.attendance.minimum, site.progress.minimum, site.score.minimum) == (8000, 0, 6000)
    assert (cyber.attendance.minimum, cyber.progress.minimum, cyber.score.minimum) == (0, 9000, 6000)
    assert (site.lateness.marks_per_absence, site.lateness.late_minutes_deducted) == (3, False)
    assert site.unscored.completes_without_score
    assert (site.certificate.scored, site.certificate.unscored) == ("completed", "attended")
    assert plain.rules("workplace") == site


def test_a_pack_is_found_by_the_day_it_holds() -> None:
    assert pack_on("plain", date(1900, 1, 1)).version == 1
    with pytest.raises(Refused, match="1899-12-31"):
        pack_on("plain", date(1899, 12, 31))


def test_a_pack_that_is_gone_is_named() -> None:
    with pytest.raises(Refused, match="plain, version 99"):
        pack("plain", 99)


def test_the_last_day_of_a_pack_is_included() -> None:
    policy = parse(changed("1900-01-01", "1900-01-01\neffective_to = 2003-12-31"), "old.toml")
    assert policy.holds_on(date(2003, 12, 31))
    assert not policy.holds_on(date(2004, 1, 1))


def test_a_pack_may_hold_for_one_day() -> None:
    policy = parse(changed("1900-01-01", "1900-01-01\neffective_to = 1900-01-01"), "day.toml")
    assert policy.holds_on(date(1900, 1, 1))
    assert not policy.holds_on(date(1900, 1, 2))


def test_a_kind_replaces_only_the_rules_it_names() -> None:
    own = '[kind.workplace.attendance]\nminimum = 9000\nbasis = "own"\nbasis_en = "own"\n'
    policy = parse((PLAIN + own).encode(), "own.toml")
    assert policy.rules("workplace").attendance.minimum == 9000
    assert policy.rules("workplace").score == policy.site.score
    assert policy.rules("classroom").attendance.minimum == 8000


def test_two_files_cannot_hold_one_version(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(PLAIN, encoding="utf-8")
    with pytest.raises(PolicyError, match=r"b\.toml, line 11: version: another file"):
        load_folder(tmp_path)


def test_the_shipped_packs_are_all_readable() -> None:
    assert {policy.name for policy in packs()} == {"plain", "kr-local-2004", "kr-local-2008"}


@pytest.mark.parametrize(
    ("old", "new", "key", "remedy"),
    [
        ('name = "plain"', "", "name", "one line of text"),
        ('name = "plain"', "name = 7", "name", "one line of text"),
        ("version = 1", "version = 0", "version", "from 1 to"),
        ("version = 1", "version = true", "version", "whole number"),
        ("1900-01-01", '"1900-01-01"', "effective_from", "without quotation marks"),
        ("1900-01-01", "1900-01-01T00:00:00", "effective_from", "2026-01-31"),
        ("1900-01-01", "1900-01-01\neffective_to = 1899-01-01", "effective_to", "after effective_from"),
        ("minimum = 8000", "minimum = 80.0", "site.attendance.minimum", "from 0 to 10000"),
        ("minimum = 8000", "minimum = 10001", "site.attendance.minimum", "from 0 to 10000"),
        ("minimum = 8000", "minimun = 8000", "site.attendance.minimun", "minimum, basis"),
        ("minimum = 8000", "minimum = 0", "site", "attendance or of progress"),
        ("marks_per_absence = 3", "", "site.lateness.marks_per_absence", "whole number"),
        (
            "late_minutes_deducted = false",
            "late_minutes_deducted = 0",
            "site.lateness.late_minutes_deducted",
            "true",
        ),
        ('scored = "completed"\n', 'scored = "passed"\n', "site.certificate.scored", "completed, attended"),
        ("[site.progress]", "[site.progres]", "site.progres", "attendance, lateness"),
        ("[site.score]", "[elsewhere.score]", "elsewhere", "site, kind"),
        ("[kind.cyber.progress]", "[kind.cyper.progress]", "kind.cyper", "classroom, cyber"),
        ("[kind.cyber.progress]", "[kind.cyber.site.progress]", "kind.cyber.site", "attendance, lateness"),
        ('basis = "기본 기준: 진도율 90% 이상"', 'basis = " "', "kind.cyber.progress.basis", "one line"),
        ("[site.attendance]", "[site.attendance", "TOML", "correct the file"),
    ],
)
def test_a_broken_pack_is_told_the_key_and_the_remedy(old: str, new: str, key: str, remedy: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse(changed(old, new), "broken.toml")
    assert caught.value.key == key
    assert str(caught.value).startswith(f"broken.toml, line {caught.value.line}: {key}: ")
    assert remedy in str(caught.value)


def test_a_missing_rule_is_named_as_a_table() -> None:
    start, end = PLAIN.index("[site.score]"), PLAIN.index("[site.unscored]")
    with pytest.raises(PolicyError, match=r"add this table: \[site\.score\]"):
        parse((PLAIN[:start] + PLAIN[end:]).encode(), "broken.toml")


def test_a_file_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(PolicyError, match="TOML"):
        parse(PLAIN.encode("cp949"), "broken.toml")


def test_kinds_and_marks_are_those_of_their_rooms() -> None:
    assert {kind.value for kind in Kind} <= set(KINDS)
    assert {facts.ABSENT, facts.EXCUSED} | facts.LATENESS | {"present"} == {mark.value for mark in AttendanceMark}


def changed(old: str, new: str) -> bytes:
    assert old in PLAIN
    return PLAIN.replace(old, new, 1).encode()


def test_the_packs_for_local_civil_servants_hold_in_their_years() -> None:
    early, late = pack_on("kr-local-2004", date(2007, 12, 31)), pack_on("kr-local-2008", date(2008, 1, 1))
    assert [pack.rules("classroom").attendance.minimum for pack in (early, late)] == [8000, 9000]
    assert [pack.rules("cyber").progress.minimum for pack in (early, late)] == [9000, 9000]
    assert late.rules("workplace").attendance.minimum == 8000
    for name, day in (("kr-local-2004", date(2008, 1, 1)), ("kr-local-2008", date(2007, 12, 31))):
        with pytest.raises(Refused):
            pack_on(name, day)


@pytest.mark.parametrize("name", ["plain", "kr-local-2004", "kr-local-2008"])
def test_every_rule_cites_its_basis_in_both_languages(name: str) -> None:
    for policy in (one for one in packs() if one.name == name):
        for rules in (policy.site, *policy.kinds.values()):
            for rule in RULES:
                one = getattr(rules, rule)
                assert re.search("[가-힣]", one.basis)
                assert not re.search("[가-힣]", one.basis_en)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('name = "plain"', "name = 7", 'name = "plain"'),
        ("minimum = 8000", 'minimum = "80"', "minimum = 8000"),
        ("marks_per_absence = 3\n", "", "[site.lateness]"),
        ("minimum = 6000", "minimum = 6000\nmaximum = 1", 'basis = "기본 기준: 100점'),
        ("[kind.cyber.progress]\nminimum = 9000", "[kind.cyber.progress]\nminimum = 10001", "[kind.cyber.progress]+1"),
        ("[kind.cyber.progress]", "[kind.cyper.progress]", "[kind.cyber.progress]"),
        ("[site.attendance]", "[site.attendance", "[site.attendance]"),
    ],
)
def test_the_line_of_a_mistake_is_named(old: str, new: str, line: str) -> None:
    wanted, _, more = line.partition("+")
    number = next(n for n, text in enumerate(PLAIN.splitlines(), 1) if text.startswith(wanted)) + int(more or 0)
    with pytest.raises(PolicyError) as caught:
        parse(changed(old, new), "broken.toml")
    assert caught.value.line == number
    assert f"line {number}" in str(caught.value)


def test_the_line_of_a_letter_that_is_not_utf8() -> None:
    with pytest.raises(PolicyError) as caught:
        parse(b"name = 1\n# \xff\n", "broken.toml")
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("content", "key", "line"),
    [
        ("site.attendance.minimum = 1", "site.attendance.minimum", 1),
        ('[ site . "attendance" ]\n\nminimum = 1', "site.attendance.minimum", 3),
        ("[site]\n[kind]", "site.score", 1),
        ("", "name", 1),
    ],
)
def test_keys_are_found_however_they_are_written(content: str, key: str, line: int) -> None:
    assert line_of(content, key) == line
