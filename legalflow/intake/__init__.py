"""Rows and files from outside into facts, or into problems."""
