"""Background work: one table of jobs, those who put work in (`queue`) and the process that does it (`worker`)."""
