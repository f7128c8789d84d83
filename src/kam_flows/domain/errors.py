"""What people are told when something they typed cannot be done."""


class UserError(Exception):
    """One sentence: what is wrong, and what to type or do instead.

    Raised before anything is written; the command line and the flows show it as it is.
    """
