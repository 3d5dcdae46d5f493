"""What happened, where a matter stands, and what is due."""
