"""Workplace training: mini-runs that departments file, skills that coaches sign, half-year plans, who has which skill.

`filing` a run as a department files it, `filings` those there are · `skills` the checklist of a course, `signing` what
coaches and trainees say of it · `coaching` who coaches whom · `planning` what a unit wants to do in a half-year, and
did · `matrix` who has what.
"""
