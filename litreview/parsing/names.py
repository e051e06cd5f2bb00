"""Sets of names, written as a line of words."""


def names(*lines: str) -> frozenset[str]:
    """The words of all lines."""
    return frozenset(word for line in lines for word in line.split())
