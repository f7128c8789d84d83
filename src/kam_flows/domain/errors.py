"""What people are told when something they typed cannot be done."""


class UserError(Exception):
    """One sentence: what is wrong, and what to type or do instead.

    Raised before anything is written; the command line and the flows show it as it is.
    With `values` the sentence is a template for them, so that it can be said in another
    language too (`rendering.answers`).
    """

    def __init__(self, sentence: str, **values: object) -> None:
        written = {name: _written(value) for name, value in values.items()}
        super().__init__(sentence.format_map(written) if values else sentence)
        self.sentence, self.values = sentence, values


def _written(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
