"""One line an event on standard error, with the process that wrote it. Nothing secret is ever passed to a logger."""

from __future__ import annotations

import logging
import sys


def set_up_logging(level: str, role: str) -> None:
    """Log to standard error; libraries only from WARNING on, for they log what they are sent at lower levels."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(f"%(asctime)s {role:<6} %(levelname)-7s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # They log an error for every page that is not well-formed; what cannot be read is told in the thread.
    for parser in ("trafilatura", "htmldate"):
        logging.getLogger(parser).setLevel(logging.CRITICAL)
    for ours in ("bot", "handlers"):
        logging.getLogger(ours).setLevel(level.upper())
