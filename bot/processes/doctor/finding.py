"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is: nothing to do, to be looked at, the desk does not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was checked, what it is like and, unless all is well, what to do."""

    level: Level
    name: str
    said: str

    def __str__(self) -> str:
        return f"{self.level:<4} {self.name}: {self.said}"


def ok(name: str, said: str) -> Finding:
    """All is well."""
    return Finding(Level.OK, name, said)


def warn(name: str, said: str) -> Finding:
    """The desk works; somebody should look at this."""
    return Finding(Level.WARN, name, said)


def fail(name: str, said: str) -> Finding:
    """The desk does not work, or may lose something, until this is mended."""
    return Finding(Level.FAIL, name, said)


def skew(name: str, theirs: float, ours: float, wrong: float, harm: str) -> Finding:
    """How far two clocks are apart, both in seconds since the epoch; from ``wrong`` seconds on it does harm."""
    apart = theirs - ours
    said = f"{abs(apart):.0f} s {'ahead of' if apart > 0 else 'behind'} this machine's"
    if abs(apart) >= wrong:
        return fail(name, f"{said}, so {harm}; set both machines' clocks by NTP")
    return warn(name, f"{said}; set the clocks by NTP") if abs(apart) >= wrong / 8 else ok(name, "as this machine's")
