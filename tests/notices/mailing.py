"""A worker process that can be killed: `python -m tests.notices.mailing URL HOME`."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from lms.db import opened
from lms.jobs.worker import Worker
from tests.configuration import config

if __name__ == "__main__":
    url, home = sys.argv[1:]
    settings = replace(config(Path(home), url), mail_from="training@city.example")
    with opened(url) as database:
        Worker(database, settings, lease=timedelta(seconds=1)).run()
