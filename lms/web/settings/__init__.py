"""What administrators keep: the organisation, who did what, sign-ins that failed, and whether all is well."""
