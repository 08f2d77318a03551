"""confirming: weighty steps (reopening a run, pinning other rules) that a second person confirms, by setting.

A room that has such a step gives it a name with `@step` in its own `steps.py`; `actions.ask` takes it at once where no
second person is wanted, else once somebody else confirms. Nobody confirms what they asked for themselves.
"""
