"""A refused field in plain words: what is wrong, and what may stand there."""

from collections.abc import Sequence
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from kam_flows.policies.problems import Path, Problem

WRONG = {
    "missing": "is missing",
    "too_short": "is empty",
    "string_too_short": "is empty",
    "string_type": "is no text",
    "string_pattern_mismatch": "is written with other signs than allowed",
    "bool_type": "is neither true nor false",
    "int_type": "is no whole number",
    "int_parsing": "is no whole number",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
    "tuple_type": "is no list",
    "dict_type": "is no block of `key: value` lines",
    "model_type": "is no block of `key: value` lines",
}


def problems(error: ValidationError, document: type[BaseModel]) -> list[Problem]:
    details = error.errors(include_url=False)
    return [_problem(one, document) for one in details if not _is_echo(one)]


def closest(word: str, words: Sequence[str]) -> str:
    """`, did you mean 'core'`, or nothing if no word is near."""
    near = get_close_matches(word, words, n=1, cutoff=0.6)
    return f", did you mean '{near[0]}'" if near else ""


def _is_echo(detail: ErrorDetails) -> bool:
    """A list counts as too short when its entries are refused: once is enough."""
    return detail["type"] == "too_short" and bool(detail["input"])


def _problem(detail: ErrorDetails, document: type[BaseModel]) -> Problem:
    path: Path = tuple(step for step in detail["loc"] if step != "[key]")
    kind, value = detail["type"], detail["input"]
    if kind == "kam":
        wrong, allowed = detail["ctx"]["wrong"], detail["ctx"]["allowed"]
    elif kind == "extra_forbidden":
        keys = list(_fields(_around(document, path)))
        wrong = f"is no key of this block{closest(str(path[-1]), keys)}"
        allowed = ", ".join(keys)
    elif kind == "enum":
        words = _words(detail)
        wrong = f"'{value}' is not known here{closest(str(value), words)}"
        allowed = ", ".join(words)
    else:
        wrong = WRONG.get(kind, detail["msg"])
        allowed = _allowed(document, path)
    return Problem(path=path, wrong=wrong, allowed=allowed)


def _words(detail: ErrorDetails) -> list[str]:
    listed = str(detail["ctx"]["expected"]).replace(" or ", ", ")
    return [word.strip("' ") for word in listed.split(",")]


def _allowed(document: type[BaseModel], path: Path) -> str:
    """What the nearest field on the way says may stand there."""
    part, said = document, "a policy such as `kam policy show default --source`"
    for step in path:
        part, description = _inside(part, step)
        said = description or said
    return said


def _around(document: type[BaseModel], path: Path) -> Any:
    """The type of the block that holds the field."""
    part: Any = document
    for step in path[:-1]:
        part, _ = _inside(part, step)
    return _bare(part)


def _inside(part: Any, step: str | int) -> tuple[Any, str | None]:
    """The type of a field of a block, or of the entries of a list; what it allows."""
    part = _bare(part)
    if _is_block(part):
        field = _fields(part).get(str(step))
        return (field.annotation, field.description) if field else (None, None)
    entries = [one for one in get_args(part) if one is not Ellipsis]
    return (entries[-1] if entries else None), None


def _bare(part: Any) -> Any:
    """Without the `| None` of a field that may be left out."""
    if get_origin(part) is UnionType:
        return next(one for one in get_args(part) if one is not NoneType)
    return part


def _fields(part: Any) -> dict[str, FieldInfo]:
    """The fields of a block under the keys that a file writes."""
    if not _is_block(part):
        return {}
    return {field.alias or name: field for name, field in part.model_fields.items()}


def _is_block(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, BaseModel)
