"""What the work at hand is about: carried through calls and over the job queue, shown in every log line.

The fields are ``request`` (one delivery of Slack's), ``team``, ``job`` (its key) and ``submission``. They are for logs
and traces alone; metrics have no such labels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from opentelemetry import baggage
from opentelemetry.context import Context, attach, detach

FIELDS = ("request", "team", "job", "submission")
"""In the order in which a line shows them."""
_NOTHING: Mapping[str, str] = {}
_fields: ContextVar[Mapping[str, str]] = ContextVar("about", default=_NOTHING)
_BAGGAGE = "claimdesk.request"
"""W3C baggage goes with every job: docket writes the context it is called in into its messages."""


def about_now() -> Mapping[str, str]:
    """The fields of the work at hand."""
    return _fields.get()


@contextmanager
def about(**fields: str) -> Generator[None]:
    """Do something that is about this, beside what it was about before. Empty values are left out."""
    before = _fields.set({**_fields.get(), **{name: value for name, value in fields.items() if value}})
    try:
        yield
    finally:
        _fields.reset(before)


@contextmanager
def request(id: str) -> Generator[None]:
    """Do what one delivery asks for; jobs that are put on the queue meanwhile know of it."""
    token = attach(baggage.set_baggage(_BAGGAGE, id))
    try:
        with about(request=id):
            yield
    finally:
        detach(token)


def begin_job(came_with: Context | None, **fields: str) -> None:
    """The task that runs now is a job: it goes on with the request it was put on the queue for, to its end.

    Nothing is put back afterwards: what the queue does when a job failed (put it there again) belongs to it. Docket
    keeps the context only of what is to be done at once: a job for later knows its fields but not its request.
    """
    if came_with is not None:
        attach(came_with)
    carried = baggage.get_baggage(_BAGGAGE, came_with)
    told = {"request": carried if isinstance(carried, str) else "", **fields}
    _fields.set({name: value for name, value in told.items() if value})


def request_id(delivery: str) -> str:
    """A short name for a delivery that says nothing of it; the same for each try of Slack's."""
    return hashlib.blake2b(delivery.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
