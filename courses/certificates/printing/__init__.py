"""Print runs: which certificates are printed by whom, in which order, cut into which files; and the log of it all.

`options` how it is printed · `order` whose sheet comes after whose, and where a file ends · `actions` a print run is
begun, resumed, repeated, finished · `queries` the log · `models` its rows.
"""
