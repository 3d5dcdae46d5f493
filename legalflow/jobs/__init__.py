"""The same use cases, later."""
