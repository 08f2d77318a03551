"""The board of a run: notices, questions and answers, files to take away."""
