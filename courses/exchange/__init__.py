"""Files in and out.

`reading` turns the bytes of a CSV or XLSX file into a checked table: `foreign` refuses what is neither, `textfiles`
and `workbooks` (with `extent`, which sees that none is too large) take the formats apart, `columns` knows headings and
cells. `writing` makes CSV and XLSX in which nothing is a formula. Beside them stands one file for each kind of table.
"""
