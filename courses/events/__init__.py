"""What happened: one row for every change, written in the transaction that made it. Audit trail and activity feed."""
