"""`python -m legalflow.cli`."""

from legalflow.cli import main

main()
