"""What the news site of these tests has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

ARTICLE = (Path(__file__).parents[2] / "bot/demo/article.html").read_bytes()

PAGES: dict[str, dict[str, Any]] = {
    "/article": {"body": ARTICLE, "content_type": "text/html"},
    "/members": {"status": 401, "text": "log in"},
    "/opinion": {
        "text": "<html><head><title>On Mondays</title></head><body><article><p>What a day! Could anything be "
        "lovelier than a morning without mail? Perhaps. Let us hope that somebody, somewhere, will agree with me "
        "about it.</p><p>Should we not all stay in bed? Do try it, dear reader, and tell me how you feel then. "
        "May your tea be warm and may your slippers be soft!</p></article></body></html>",
        "content_type": "text/html",
    },
}
"""What the news site has, by path; a test may add to it."""
