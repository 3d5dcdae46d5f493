"""Pages: a blueprint for each subject."""
