"""The law at a date, with its citation."""
