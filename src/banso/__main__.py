"""`python -m banso`: the same as the `banso` command."""

from __future__ import annotations

import sys

from banso.project.cli import main

if __name__ == "__main__":
    sys.exit(main())
