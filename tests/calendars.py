"""A strict reader of calendar files, by the letter of RFC 5545, and no code of ours."""

import re
from typing import NamedTuple

LONGEST = 75
"""Octets of a line without its break (3.1)."""
NAME = re.compile(r"[A-Z0-9-]+")
PARAMETER = re.compile(
    r';([A-Z0-9-]+)=("[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)'
)
TEXTS = {
    "SUMMARY",
    "LOCATION",
    "DESCRIPTION",
    "COMMENT",
    "TZNAME",
    "X-WR-CALNAME",
    "NAME",
}
ESCAPE = re.compile(r"\\(?![\\;,nN])|(?<!\\)(?:\\\\)*[;,]")
REQUIRED = {
    "VCALENDAR": {"PRODID", "VERSION"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART", "ORGANIZER", "SEQUENCE", "SUMMARY"},
    "VTIMEZONE": {"TZID"},
    "STANDARD": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
    "DAYLIGHT": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
}
ONCE = {
    "UID",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "ORGANIZER",
    "SEQUENCE",
    "SUMMARY",
    "STATUS",
    "METHOD",
    "PRODID",
    "VERSION",
    "TZID",
}


class Property(NamedTuple):
    name: str
    parameters: dict[str, str]
    value: str


class Component(NamedTuple):
    name: str
    properties: list[Property]
    parts: list["Component"]

    def all(self, name: str) -> list[Property]:
        return [one for one in self.properties if one.name == name]

    def value(self, name: str) -> str:
        (found,) = self.all(name)
        return found.value

    def parts_named(self, name: str) -> list["Component"]:
        return [part for part in self.parts if part.name == name]


def read_calendar(text: str) -> Component:
    """Raises AssertionError for whatever the standard does not allow."""
    lines = content_lines(text)
    assert lines[0] == "BEGIN:VCALENDAR"
    calendar, rest = _component(lines)
    assert rest == []
    zones = {zone.value("TZID") for zone in calendar.parts_named("VTIMEZONE")}
    for event in calendar.parts_named("VEVENT"):
        used = {
            one.parameters["TZID"]
            for one in event.properties
            if "TZID" in one.parameters
        }
        assert used <= zones, "a zone is named and not told"
    return calendar


def content_lines(text: str) -> list[str]:
    """Unfolded. Every line ends with CRLF, and no fold cuts a letter in two."""
    data = text.encode()
    assert data.endswith(b"\r\n")
    raw = data.removesuffix(b"\r\n").split(b"\r\n")
    for line in raw:
        assert len(line) <= LONGEST, line
        assert b"\r" not in line
        assert b"\n" not in line
        line.decode()
    lines: list[str] = []
    for line in raw:
        if line.startswith((b" ", b"\t")):
            lines[-1] += line[1:].decode()
        else:
            assert line, "an empty line"
            lines.append(line.decode())
    return lines


def _component(lines: list[str]) -> tuple[Component, list[str]]:
    name = lines[0].removeprefix("BEGIN:")
    found, rest = Component(name, [], []), lines[1:]
    while rest[0] != f"END:{name}":
        if rest[0].startswith("BEGIN:"):
            part, rest = _component(rest)
            found.parts.append(part)
        else:
            found.properties.append(_property(rest[0]))
            rest = rest[1:]
    names = [one.name for one in found.properties]
    assert REQUIRED[name] <= set(names), f"{name} lacks {REQUIRED[name] - set(names)}"
    assert all(names.count(one) == 1 for one in ONCE & set(names))
    if name == "VTIMEZONE":
        assert found.parts, "a zone without any time"
    return found, rest[1:]


def _property(line: str) -> Property:
    match = NAME.match(line)
    assert match, line
    parameters, at = {}, match.end()
    while line[at] == ";":
        parameter = PARAMETER.match(line, at)
        assert parameter, line
        parameters[parameter[1]] = parameter[2].strip('"')
        at = parameter.end()
    assert line[at] == ":", line
    value = line[at + 1 :]
    assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value), line
    if match[0] in TEXTS:
        unescaped = re.sub(r"\\[\\;,nN]", "", value)
        assert not re.search(r"[\\;,]", unescaped), line
    return Property(match[0], parameters, value)


def text_of(value: str) -> str:
    """What a TEXT value means (3.3.11)."""
    return re.sub(r"\\([\\;,nN])", lambda m: "\n" if m[1] in "nN" else m[1], value)
