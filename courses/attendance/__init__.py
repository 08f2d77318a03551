"""Who was there: one mark per session and enrolment, and the minutes that follow from it."""
