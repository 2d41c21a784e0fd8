"""Run all benchmarks, or those named, and write what they found into ``docs/benchmarks.md``.

python -m tests.benchmarks [NAME...]
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from importlib import import_module

from tests.benchmarks.report import DOCUMENT, Skipped, placed, stamp, without_others

NAMES = ("claims", "worth", "articles", "fuzz", "desk_times", "store")
"""Modules of this package. Each has ``sections()``, which measures and yields one section after the other."""


def main() -> None:
    """The document is written after every section, so that one failure costs its own module only."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all without one")
    names = parser.parse_args().names or NAMES
    if unknown := set(names) - set(NAMES):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    when, failed = stamp(), []
    for name in names:
        began, titles = time.perf_counter(), []
        try:
            for part in import_module(f"tests.benchmarks.{name}").sections():
                DOCUMENT.write_text(placed(DOCUMENT.read_text("utf-8"), name, part, when), "utf-8")
                titles.append(part.title)
                text = f"not measured: {part.why}" if isinstance(part, Skipped) else part.table
                print(f"## {name}, {part.title}\n\n{text}\n", flush=True)
            DOCUMENT.write_text(without_others(DOCUMENT.read_text("utf-8"), name, titles), "utf-8")
        except Exception:  # what the others measure is not lost with it
            traceback.print_exc()
            failed.append(name)
        print(f"({name}: {time.perf_counter() - began:.0f} s)\n", flush=True)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
