"""Where templates are filled in: they show what they are given, and nothing else.

Staff write wordings and Word documents. A template that reaches behind its fields, or
would go on without end, is refused by the name of its file.
"""

import types
from collections.abc import Iterable, Iterator, MutableMapping, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, time, timedelta
from functools import cache
from pathlib import PurePath
from traceback import extract_tb
from typing import Any, NoReturn

from jinja2 import StrictUndefined, Undefined, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from kam_flows.domain.errors import Phrase, UserError
from kam_flows.settings import settings

MOST_STEPS = 50_000
"""Passes through loops, calls, and thousands of characters, for one mail or document."""
LONGEST_TEXT = 2_000_000
"""Characters; the body of a mail stays below 100,000."""
THOUSAND = 1000
LARGEST_BITS = 256
"""Of a product: far more than any sum of money."""
FILTERS = {
    "abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first",
    "float", "forceescape", "groupby", "int", "items", "join", "last", "length", "list",
    "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "safe", "select",
    "selectattr", "sort", "string", "striptags", "sum", "title", "trim", "truncate",
    "unique", "upper", "wordcount",
}  # fmt: skip
"""Jinja's own that neither repeat nor format: a format may ask for any width."""
GLOBALS = ("dict", "namespace")
PLAIN: tuple[type, ...] = (
    str, bytes, int, float, list, tuple, dict, set, frozenset, date, time, timedelta,
)  # fmt: skip
HARMLESS = {
    "capitalize", "count", "date", "endswith", "find", "get", "index", "isdigit",
    "isoformat", "items", "keys", "lower", "lstrip", "partition", "removeprefix",
    "removesuffix", "rpartition", "rstrip", "split", "splitlines", "startswith", "strip",
    "time", "title", "upper", "values", "weekday",
}  # fmt: skip
"""What of plain values may be called; all else that they can do stays closed."""
INNER: tuple[type, ...] = (
    type,
    types.ModuleType,
    types.FunctionType,
    types.MethodType,
    types.BuiltinFunctionType,
    types.CodeType,
    types.FrameType,
    types.TracebackType,
    types.GeneratorType,
    types.CoroutineType,
    types.AsyncGeneratorType,
)
"""Python's own works, whose attributes lead anywhere."""
CALLED = types.BuiltinMethodType | types.MethodType

_left: ContextVar[list[int]] = ContextVar("steps_left")


class OutOfBounds(SecurityError):
    """Says why in words that another language can say too."""

    def __init__(self, why: Phrase) -> None:
        super().__init__(str(why))
        self.why = why


ENDLESS = Phrase("it repeats itself without end")
TOO_LONG = Phrase("its text grows without end")
TOO_LARGE = Phrase("its numbers grow without end")
TOO_DEEP = Phrase("it is nested too deeply")
CLOSED = "it reaches for '{attribute}' of a {kind}, which no template may"


class Sandbox(ImmutableSandboxedEnvironment):
    """Strict as well: what is missing fails by name."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, **options: Any) -> None:
        super().__init__(undefined=StrictUndefined, finalize=_shown, **options)
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.filters |= {"_passed": _passed, "_short": _short}
        self.globals = {name: self.globals[name] for name in GLOBALS}
        self.globals["range"] = _range

    def _parse(
        self, source: str, name: str | None, filename: str | None
    ) -> nodes.Template:
        _check(len(source) <= LONGEST_TEXT, TOO_LONG)
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            loop.iter = _through("_passed", loop.iter)
        for text in tree.find_all(nodes.Concat):
            text.nodes = [_through("_short", node) for node in text.nodes]
        return tree

    def make_globals(
        self, d: MutableMapping[str, Any] | None
    ) -> MutableMapping[str, Any]:
        """One dict: all are there before a template is, and a chain of two is slow."""
        return {**self.globals, **(d or {})}

    def getattr(self, obj: Any, attribute: str) -> Any:
        kind: Any = type(obj)
        if _is_open(kind, attribute):
            # The short way, which almost every look at a field takes.
            try:
                return getattr(obj, attribute)
            except AttributeError:
                pass
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if attr.startswith("_") or isinstance(obj, INNER):
            return False
        if isinstance(obj, PLAIN) and attr not in HARMLESS:
            return not isinstance(value, CALLED)
        return True

    def unsafe_undefined(self, obj: Any, attribute: str) -> NoReturn:
        kind = type(obj).__name__
        raise OutOfBounds(Phrase(CLOSED, attribute=attribute, kind=kind))

    def wrap_str_format(self, value: Any) -> None:
        """Nothing to wrap: no template may call `format` at all."""

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        _step(1)
        return context.call(obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "+":
            _short(context, left), _short(context, right)
        else:
            small = _bits(left) + _bits(right) <= LARGEST_BITS and operator != "**"
            _check(small, TOO_LARGE)
        return super().call_binop(context, operator, left, right)

    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        found = list(pieces)
        _check(sum(map(len, found)) <= LONGEST_TEXT, TOO_LONG)
        return "".join(found)


@contextmanager
def filling_in(template: object) -> Iterator[None]:
    """Within the block one template is filled in, at the price of one.

    Raises UserError naming the file, where it or what it includes goes too far.
    """
    token = _left.set([MOST_STEPS])
    try:
        yield
    except OutOfBounds as error:
        raise refused(template, error, error.why) from error
    except (RecursionError, MemoryError) as error:
        raise refused(template, error, TOO_DEEP) from error
    except SyntaxError as error:  # too many loops in each other, or broken XML
        raise refused(template, error, error.msg) from error
    finally:
        _left.reset(token)


def refused(template: object, error: BaseException, why: object = "") -> UserError:
    return UserError(
        "The template {template} cannot be filled in: {why}.",
        template=_place(error) or template,
        why=why or str(error).rstrip("."),
    )


def _place(error: BaseException) -> str:
    """`care/held.txt.j2:12`, the line at which a template of ours failed; else ''."""
    for frame in reversed(extract_tb(error.__traceback__)):
        path = PurePath(frame.filename)
        if path.suffix == ".j2":
            folder = settings().templates
            shown = path.relative_to(folder) if path.is_relative_to(folder) else path
            return f"{shown}:{frame.lineno}"
    return ""


@cache
def _is_open(kind: type, attribute: str) -> bool:
    """Whether it is a field, or things of this type are ours with nothing but fields."""
    if attribute.startswith("_"):
        return False
    if attribute in getattr(kind, "_fields", ()):
        return True  # of a NamedTuple
    return not issubclass(kind, (*INNER, *PLAIN, Undefined))


def _shown(value: Any) -> Any:
    """What stands between braces, counted by its length."""
    if isinstance(value, str) and len(value) >= THOUSAND:
        _step(len(value) // THOUSAND)
    return value


def _through(filter_: str, node: nodes.Node) -> nodes.Filter:
    return nodes.Filter(node, filter_, [], [], None, None, lineno=node.lineno)


# With a context they are no constants that the compiler may work out beforehand.
@pass_context
def _passed(_context: Context, items: Iterable[Any]) -> Iterable[Any]:
    """What a loop passes through, counted."""
    if isinstance(items, Sized):
        _step(len(items))
        return items
    return _counted(items)


def _counted(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        _step(1)
        yield item


@pass_context
def _short(_context: Context, piece: Any) -> Any:
    """A piece of a longer whole: what doubles itself ends here."""
    _check(not isinstance(piece, Sized) or len(piece) < LONGEST_TEXT, TOO_LONG)
    return piece


def _range(*bounds: int) -> range:
    found = range(*bounds)
    _check(len(found) <= MOST_STEPS, ENDLESS)
    return found


def _step(count: int) -> None:
    left = _left.get()
    left[0] -= count
    if left[0] < 0:  # asked for every call and loop: no call for the asking
        raise OutOfBounds(ENDLESS)


def _bits(value: Any) -> int:
    """How large a factor is; nothing but numbers is multiplied or divided."""
    if isinstance(value, int):
        return value.bit_length()
    return 1 if isinstance(value, float) else LARGEST_BITS + 1


def _check(holds: bool, why: Phrase) -> None:
    if not holds:
        raise OutOfBounds(why)
