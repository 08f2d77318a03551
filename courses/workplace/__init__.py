"""Workplace training: mini-runs that departments file, skills that coaches sign, half-year plans, who has which skill.

`filing` a run as a department files it · `checking` whom a filing names · `skills` the checklist of a course, signing
and confirming · `coaching` who coaches whom · `planning` what a unit wants to do in a half-year · `matrix` who has what.
"""
