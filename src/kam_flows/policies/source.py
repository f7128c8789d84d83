"""The text of a policy as plain values, with the line on which each was written."""

import re
from typing import Any

import yaml

from kam_flows.policies.problems import Path, PolicyError, Problem

MOST_NODES = 20_000  # a few aliases of aliases can stand for billions of values
MOST_MERGED = 20  # and so can merges of merges
LONGEST_SHOWN = 200
MERGE = "tag:yaml.org,2002:merge"
KEEP = {"tag:yaml.org,2002:null", MERGE}

MISFITS = (ValueError, AttributeError, LookupError, ArithmeticError, TypeError)
"""What a tag such as !!int on a word ends in."""


class Loader(yaml.SafeLoader):
    """YAML that takes words as they stand.

    YAML 1.1 reads `no` and `off` as false, `9:00` as 540 and a date as a date. Here only
    whole numbers, null and true or false are anything but text.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012  # PyYAML's own attribute
        first: [pair for pair in pairs if pair[0] in KEEP]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        for key, value in node.value:
            merges = key.tag == MERGE and isinstance(value, yaml.SequenceNode)
            if merges and len(value.value) > MOST_MERGED:
                raise _refused("it takes over too many blocks at once", key)
        super().flatten_mapping(node)
        if len(node.value) > MOST_NODES:
            raise _refused("it repeats itself without end", node)


Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("(true|false)$"), list("tf")
)
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"-?(0|[1-9][\d_]*)$"), list("-0123456789")
)


class Source:
    """A document read to plain values; `line` finds where a field stands."""

    def __init__(self, text: str, where: str) -> None:
        self.where = where
        self.problems: list[Problem] = []
        self._lines: dict[Path, int] = {}
        self._open: list[int] = []
        try:
            self._loader = Loader(text)
            node = self._loader.get_single_node()
            self.data = self._read(node, ()) if node else None
        except (yaml.YAMLError, RecursionError) as error:
            raise PolicyError(where, [_syntax(error)]) from None

    def line(self, path: Path) -> int:
        """The line of a field, or of the nearest one around it that is written."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def _read(self, node: yaml.Node, path: Path) -> Any:
        self._lines.setdefault(path, node.start_mark.line + 1)
        if len(self._lines) > MOST_NODES or id(node) in self._open:
            raise _refused("it repeats itself without end", node)
        self._open.append(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path)
            if isinstance(node, yaml.SequenceNode):
                items = enumerate(node.value)
                return [self._read(item, (*path, i)) for i, item in items]
            return self._scalar(node)
        finally:
            self._open.pop()

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            return self._loader.construct_object(node)
        except MISFITS as error:
            raise _refused(str(error), node) from None

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        self._find_twins(node, path)
        self._loader.flatten_mapping(node)
        found: dict[str, Any] = {}
        for key_node, value in node.value:
            key = str(key_node.value)
            self._lines[(*path, key)] = key_node.start_mark.line + 1
            found[key] = self._read(value, (*path, key))
        return found

    def _find_twins(self, node: yaml.MappingNode, path: Path) -> None:
        first: dict[str, int] = {}
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _refused("a key is one word", key_node)
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in first and key != "<<":
                wrong = f"is written twice, first in line {first[key]}"
                self.problems.append(
                    Problem(path=(*path, key), wrong=wrong, allowed="once", line=line)
                )
            first.setdefault(key, line)


def _refused(why: str, node: yaml.Node) -> yaml.YAMLError:
    return yaml.MarkedYAMLError(problem=why, problem_mark=node.start_mark)


def _syntax(error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or str(error).partition("\n")[0]
    if isinstance(error, RecursionError):
        said = "it is nested too deeply"
    column = f", column {mark.column + 1}" if mark else ""
    return Problem(
        path=(),
        wrong=f"this is not YAML{column}: {said[:LONGEST_SHOWN]}",
        allowed="`key: value` lines, two spaces deeper than what they belong to, no tabs",
        line=mark.line + 1 if mark else 0,
    )
