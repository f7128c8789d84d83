"""A new house is not empty: it begins with the sample portfolio."""

from importlib.util import find_spec


def load_if_empty() -> None:
    """Nothing happens when the database holds an account."""
    if find_spec("tasks.portfolio"):
        from tasks.portfolio import load_sample_if_empty

        load_sample_if_empty()
