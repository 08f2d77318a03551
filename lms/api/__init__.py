"""The HTTP API `/api/v1`: the same rules as the pages, for programs. Known by token, never by cookie."""
