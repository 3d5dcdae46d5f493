"""Facts and events into rows and back."""
