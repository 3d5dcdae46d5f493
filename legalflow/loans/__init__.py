"""The facts we were given about a loan and its parties."""
