"""Official letters of a run: which are due, written, taken along as files; their numbers written back."""
