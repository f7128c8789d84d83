"""Styles move onto elements; Jinja's tags stay where they were."""

import pytest

from kam_flows.rendering.inlining import inlined


@pytest.fixture
def stylesheet(tmp_path):
    path = tmp_path / "mail.css"
    path.write_text(
        ".a { color: red; } .b { color: blue; }"
        "@media (prefers-color-scheme: dark) { .a { color: white !important; } }",
        "utf-8",
    )
    return path


def test_elements_get_their_styles_and_tags_stay(stylesheet):
    source = '{% if x %}<p class="a">{{ x }}</p>{% else %}<p class="b">{{ _("y") }}</p>{% endif %}'

    html = inlined(source, stylesheet).replace(" ", "").replace(";", "")

    assert html == (
        '{%ifx%}<pclass="a"style="color:red">{{x}}</p>{%else%}'
        '<pclass="b"style="color:blue">{{_("y")}}</p>{%endif%}'
    )


def test_tags_in_attributes_and_in_tables_stay(stylesheet):
    source = (
        '<table><tbody>{% for x in y %}<tr><td class="a"><a href="{{ x.url }}">'
        "{% trans %}go <b>on</b>{% endtrans %}</a></td></tr>{% endfor %}</tbody></table>"
    )
    html = inlined(source, stylesheet)

    assert "<tbody>{% for x in y %}<tr>" in html
    assert 'href="{{ x.url }}"' in html
    assert "{% trans %}go <b>on</b>{% endtrans %}" in html
    assert "</tr>{% endfor %}</tbody>" in html


def test_rules_that_no_element_can_carry_stay_in_the_head(stylesheet):
    page = '<!doctype html><html><head><title>{{ t }}</title></head><body class="a">{% block c %}{% endblock %}</body></html>'
    html = inlined(page, stylesheet)

    assert "prefers-color-scheme" in html.split("</head>")[0]
    assert "<title>{{ t }}</title>" in html
    assert 'style="color' in html


def test_a_tag_that_html_would_lose_fails_at_once(stylesheet):
    with pytest.raises(ValueError, match="selected"):
        inlined("<p {% if selected %}class='a'{% endif %}>x</p>", stylesheet)
