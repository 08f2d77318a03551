"""The policy packs there are, for officers."""

from __future__ import annotations

from flask import abort, render_template

from courses import clock
from courses.completion.policy import KINDS, RULES, packs, titled
from courses.permissions import Permission
from lms.auth.guard import permit
from lms.web.completion.blueprint import pages
from lms.web.completion.words import KIND_NAMES, parameters


@pages.get("/operations/policies")
@permit(Permission.CLOSE)
def policies() -> str:
    """All packs with their versions: when they hold, what they ask for."""
    return render_template("completion/packs.html", packs=packs(), today=clock.today())


@pages.get("/operations/policies/<string:name>/<int:version>")
@permit(Permission.CLOSE)
def policy(name: str, version: int) -> str:
    """One version of a pack: every rule with its basis, by kind of course."""
    pack = titled(f"{name} {version}") or abort(404)
    scopes = [(None, pack.site), *((kind, pack.kinds[kind]) for kind in KINDS if kind in pack.kinds)]
    rows = [
        (kind, rule, parameters(rule, getattr(rules, rule)), getattr(rules, rule))
        for kind, rules in scopes
        for rule in RULES
        if kind is None or getattr(rules, rule) != getattr(pack.site, rule)
    ]
    return render_template("completion/pack.html", pack=pack, rows=rows, kinds=KIND_NAMES, today=clock.today())
