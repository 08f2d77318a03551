"""Files in and out.

`reading` turns the bytes of a CSV or XLSX file into a checked table: `foreign` refuses what is neither, `textfiles`
and `workbooks` (with `extent`, which sees that none is too large) take the formats apart, `columns` knows headings and
cells. `writing` makes CSV and XLSX in which nothing is a formula.

One file for each kind of table (`organisation`, `staff`, `rooms`, `instructors`, `catalogue`, `runs`, `evidence`) holds
its columns and its `plan`: what the rows would do (`plan` has the words for it, `settlement` writes results). `formats`
lists the kinds, `preview` looks at a file without writing, `actions` does what a preview says.
"""
