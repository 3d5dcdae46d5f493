"""Words into neutral blocks: no fonts, no bytes, no loans."""
