"""What people are told, once each: the inbox, and what goes out by mail."""
