"""completion: whether somebody has completed a run, and why.

`policy.py` reads policy packs (versioned TOML in `policies/`), `facts.py` says what is known of one person in
one run, `rules.py` holds the pure `verdict(policy, facts)`: the outcome with every rule and its numbers.
Nothing in these three asks a clock or a database, so every verdict can be given again years later.
"""
