"""Give every element of a mail its style, once, when the template is loaded.

Mail programs ignore style sheets in part or in whole; styles on the elements they obey.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader

from kam_flows.rendering.catalog import Catalog

STYLESHEET = "mail.css"
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
TAG = re.compile(
    r"\{%-?\s*trans\b.*?\bendtrans\s*-?%\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL
)
SAID = re.compile(r'\{\{ _\("([^"\\]*)"\) \}\}')
PLACEHOLDER = re.compile(r"<!--JINJA(\d+)-->|JINJA(\d+)X")
SPACE_BETWEEN = re.compile(r">\s*\n\s*<")


class InliningLoader(FileSystemLoader):
    """Loads templates in one language, those of HTML with `mail.css` on their elements.

    What a template says without a name or number in it is the same in every mail.
    """

    def __init__(self, folder: Path, texts: Catalog) -> None:
        super().__init__(folder)
        self.texts = texts

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        source, path, fresh = super().get_source(environment, template)
        if template.endswith(".html.j2"):
            source = inlined(source, Path(self.searchpath[0]) / STYLESHEET)
        return SAID.sub(self._said, source), path, fresh

    def _said(self, match: re.Match[str]) -> str:
        # Jinja reads a message as a format, also where nothing is put in.
        return self.texts.gettext(match[1]) % {}


@cache
def inlined(source: str, stylesheet: Path) -> str:
    """The template with styles on its elements and its Jinja tags as they were.

    Rules for small screens and dark mode cannot stand on an element: they stay in the
    head of the layout. Selectors see one file at a time, so they name single classes.
    Rows of a table made in a loop stand in a `<tbody>` of their own.
    """
    tags: list[str] = []
    css = stylesheet.read_text("utf-8")
    html = SPACE_BETWEEN.sub("><", COMMENT.sub("", source))
    hidden = TAG.sub(lambda match: _placeholder(match, tags), html)
    if "<html" in hidden:
        page = hidden.replace("</head>", f"<style>{css}</style></head>")
        styled = _inliner(keep_at_rules=True).inline(page)
    else:
        styled = _inliner(keep_at_rules=False).inline_fragment(hidden, css)
    found = [int(one or other) for one, other in PLACEHOLDER.findall(styled)]
    if sorted(found) != list(range(len(tags))):
        lost = [tags[n] for n in range(len(tags)) if found.count(n) != 1]
        raise ValueError(f"Not where HTML allows it: {lost}")
    return PLACEHOLDER.sub(lambda m: tags[int(m[1] or m[2])], styled)


@cache
def _inliner(*, keep_at_rules: bool) -> CSSInliner:
    return CSSInliner(
        keep_at_rules=keep_at_rules,
        keep_style_tags=False,
        load_remote_stylesheets=False,
        minify_css=True,
    )


def _placeholder(match: re.Match[str], tags: list[str]) -> str:
    """A comment for what controls, a word for what prints or stands in an attribute."""
    tags.append(match[0])
    before = match.string[: match.start()]
    in_element = before.rfind("<") > before.rfind(">")
    prints = match[0].startswith("{{") or "endtrans" in match[0]
    number = len(tags) - 1
    return f"JINJA{number}X" if in_element or prints else f"<!--JINJA{number}-->"
