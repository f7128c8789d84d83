"""A new house is not empty: it begins with the sample portfolio."""

from tasks.portfolio import load_sample_if_empty


def load_if_empty() -> None:
    """Nothing happens when the database holds an account."""
    load_sample_if_empty()
