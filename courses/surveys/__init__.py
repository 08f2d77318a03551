"""The satisfaction survey of a run: anonymous, and reported from five answers up.

Nothing kept says who gave which answer. Answers have no person, no time and no order, and a random key; who has
answered is a table of its own that knows the day alone. No event tells of an answer, and both tables are stirred with
every one, so that the database's own row numbers and transaction numbers tell nothing either.

Nothing shown does either. A run is counted once its survey is over, and then only with five answers or more: figures
never grow answer by answer, and whatever two figures differ by (of runs, courses, years, instructors) is made of whole
runs of five answers or more.

`windows` when a survey is open · `answering` an answer is taken · `ending` a survey is over · `queries` who is still to
answer, and what came out.
"""
