"""`./run bench [NAME ...] [--small]`: each figure as one JSON line, beside a peer or a bound."""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module

NAMES = (
    *("accounts", "import", "afternoon", "movements", "rules", "balance", "plan", "claims"),
    "pages",
)
MODULES = {"import": "bench.intake_of_files"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=" ".join(NAMES))
    parser.add_argument("--small", action="store_true", help="small enough for every run of CI")
    asked = parser.parse_args()
    unknown = sorted(set(asked.names) - set(NAMES))
    if unknown:
        parser.error(f"no bench called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    for name in asked.names or NAMES:
        module = import_module(MODULES.get(name, f"bench.{name}"))
        for figure in module.figures(small=asked.small):
            print(json.dumps(figure, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
