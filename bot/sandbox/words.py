"""Sets of names, written as a line of words."""


def words(line: str) -> frozenset[str]:
    """The words of a line."""
    return frozenset(line.split())
