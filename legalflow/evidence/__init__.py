"""Exhibits, checklist, order and page ranges of a bundle; no bytes, no loans."""
