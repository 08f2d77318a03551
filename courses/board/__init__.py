"""The board of a run: notices, questions with their answers, and materials to take away.

`posting` what is written, edited and hidden · `materials` files of a run, or of a course and so of its runs · `queries`
what a board shows, and which questions are open.
"""
