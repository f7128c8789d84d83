"""Every mail has a sample, and every sample is kept as its readers see it.

`KAM_RECORD=1 pytest tests/rendering` writes the goldens anew; look at the difference.
"""

import os
from pathlib import Path

import pytest

from kam_flows.domain.errors import UserError
from kam_flows.rendering.mails import render
from kam_flows.rendering.samples import sample, templates
from kam_flows.rendering.words import LANGUAGES
from kam_flows.settings import settings

GOLDENS = Path(__file__).parents[1] / "goldens"
PARTS = ("subject.txt", "txt", "html")


def written(name: str, language: str) -> dict[str, str]:
    mail = render(sample(name, language))
    return {"subject.txt": mail.subject, "txt": mail.text, "html": mail.html}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", templates())
def test_a_sample_reads_as_its_golden(name, language):
    for part, text in written(name, language).items():
        golden = GOLDENS / f"{name}.{language}.{part}"
        if os.environ.get("KAM_RECORD"):
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_text(text + "\n", "utf-8")

        assert golden.exists(), f"record it: KAM_RECORD=1 ({golden.name})"
        assert text + "\n" == golden.read_text("utf-8")


def test_every_triple_has_a_sample_and_every_sample_a_triple():
    folder = settings().templates
    triples = {
        path.relative_to(folder).as_posix().split(".")[0]
        for path in folder.rglob("*/*.j2")
        if path.parent.name != "letters"  # see test_care_letters
    }
    sampled = {name.split(".")[0] for name in templates()}

    assert triples == sampled
    for triple in triples:
        assert all((folder / f"{triple}.{part}.j2").exists() for part in PARTS)


def test_no_golden_is_left_over():
    expected = {
        f"{name}.{language}.{part}"
        for name in templates()
        for language in LANGUAGES
        for part in PARTS
    }
    others = {"pages", "letters"}
    mails = (p for p in GOLDENS.rglob("*.*") if p.parent.name not in others)
    kept = {p.relative_to(GOLDENS).as_posix() for p in mails}

    assert kept == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", templates())
def test_a_sample_is_of_the_template_it_is_named_after(name, language):
    mail = sample(name, language)

    assert mail.template == name.split(".")[0]
    assert mail.language == language
    assert mail.address.endswith("@example.com")


def test_an_unknown_template_is_answered_with_the_known_ones():
    with pytest.raises(UserError, match=r"type one of .*escalation/rungs_climbed"):
        sample("escalation/unknown", "en")
