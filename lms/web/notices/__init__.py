"""The inbox, which of it comes by mail, who was told what of a run, and messages to all."""
