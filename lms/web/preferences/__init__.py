"""What a person chooses: language, colours; and the way to mail, calendar, tokens and password."""
