"""What a submission must be, and the check that says so; nothing here runs or trusts what a submitter sent."""
