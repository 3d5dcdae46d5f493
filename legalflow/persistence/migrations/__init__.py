"""The migrations of the tables: reversible, one change each."""
