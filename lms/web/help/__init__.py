"""Help: short topics with numbered steps, in both languages (`lms/help/<language>/*.md`), searchable."""
