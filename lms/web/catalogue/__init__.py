"""The catalogue: find a run, see what it takes, enrol with one press."""
