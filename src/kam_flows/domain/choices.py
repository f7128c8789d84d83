"""How people name an account or a colleague: by code, by name, or as a list shows them."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from kam_flows.domain.errors import UserError

SEPARATOR = " · "
ALIKE = 0.5
SHOWN = 60
"""Letters of a name or a title that a list shows."""


def choice(code: str, name: str) -> str:
    """As lists in forms show it: `ACME · 华东某某科技`."""
    return f"{code}{SEPARATOR}{in_a_list(name)}"


def in_a_list(text: str) -> str:
    """One line of readable letters, cut where it grows too long for a list."""
    line = " ".join(text.split())
    readable = "".join(letter for letter in line if letter.isprintable())
    return readable if len(readable) <= SHOWN else f"{readable[: SHOWN - 1]}…"


def code_in(text: str) -> str:
    """The code of a shown choice; any other text as it is, without outer blanks."""
    return text.partition(SEPARATOR)[0].strip()


def unknown(kind: str, text: str, known: Iterable[tuple[str, str]]) -> UserError:
    """Nobody has this name or code; says who comes near, `known` as (code, name).

    For an empty text it says that something must be chosen.
    """
    if not text.strip():
        return UserError("Choose the {kind}, or type a code or a name.", kind=kind)
    near = nearest(text, known)
    if not near:
        return UserError(
            "There is no {kind} '{text}'; type a code or a name.", kind=kind, text=text
        )
    return UserError(
        "There is no {kind} '{text}'; did you mean {near}?",
        kind=kind,
        text=text,
        near=near,
    )


def ambiguous(kind: str, text: str, codes: Sequence[str]) -> UserError:
    return UserError(
        "'{text}' is the name of more than one {kind}; type one of the codes {codes}.",
        text=text,
        kind=kind,
        codes=sorted(codes),
    )


def nearest(text: str, known: Iterable[tuple[str, str]], count: int = 3) -> list[str]:
    """The choices most like what was typed, best first; none if nothing is alike."""
    typed = text.strip().casefold()
    if not typed:
        return []
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(typed)
    scored = [
        (max(_alike(matcher, typed, word) for word in (code, name)), code, name)
        for code, name in known
    ]
    good = sorted((s for s in scored if s[0] >= ALIKE), key=lambda s: (-s[0], s[1:]))
    return [choice(code, name) for _, code, name in good[:count]]


def _alike(matcher: SequenceMatcher[str], typed: str, word: str) -> float:
    word = word.casefold()
    if typed in word:
        return 1.0
    matcher.set_seq1(word)
    # The quick ratios are upper bounds: most words need no closer look.
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()
