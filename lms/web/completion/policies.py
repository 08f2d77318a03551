"""What policy packs are called."""

from __future__ import annotations

from courses import clock
from courses.completion.policy import Policy, packs, titled
from lms.i18n import _, language


def policy_name(pin: str) -> str:
    """The title of a pack that a run has pinned ("plain 1"): 기본 기준 (1판). The pin itself when its file is gone."""
    policy = titled(pin)
    return _("%(title)s (version %(n)s)", title=_title(policy), n=policy.version) if policy else pin


def policy_titles() -> list[tuple[str, str]]:
    """(name, title) of every pack in effect today, to choose one for a course."""
    today = clock.today()
    current = sorted((policy for policy in packs() if policy.holds_on(today)), key=lambda policy: policy.version)
    return list({policy.name: _title(policy) for policy in current}.items())


def _title(policy: Policy) -> str:
    return policy.title if language() == "ko" else policy.title_en
