"""legalflow: an overdue loan becomes legal work here, and every figure can say why."""

__version__ = "0.1.0"
