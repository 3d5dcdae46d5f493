"""Small exact things: money, dates, identity numbers, canonical JSON, events."""
