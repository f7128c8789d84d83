"""Service standards from the presets, from files and from texts kept in the database."""

from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from kam_flows.domain.errors import UserError
from kam_flows.domain.policy import Policy
from kam_flows.files import contents, is_there
from kam_flows.policies import wording
from kam_flows.policies.checks import contradictions
from kam_flows.policies.problems import PolicyError, Problem
from kam_flows.policies.schema import Document
from kam_flows.policies.source import Source

PRESETS = Path(__file__).parent / "presets"
RECOMMENDED = "default"
LARGEST = 1
"""MB of a policy file; the presets have 0.01."""
_READ: dict[str, Policy] = {}
"""Policies by digest: a text means the same however often it is read."""


def presets() -> list[str]:
    """Names of the standards that come with the program, the recommended one first."""
    names = sorted(path.stem for path in PRESETS.glob("*.yaml"))
    return sorted(names, key=lambda name: name != RECOMMENDED)


def load_preset(name: str) -> Policy:
    return parse_policy(preset_text(name), f"{name}.yaml")


def preset_text(name: str) -> str:
    if name not in presets():
        near = get_close_matches(name, presets(), n=1)
        if near:
            raise UserError(
                "There is no preset '{name}'; did you mean '{near}'? Choose one of "
                "{presets}, or give the path of a policy file.",
                name=name,
                near=near[0],
                presets=presets(),
            )
        raise UserError(
            "There is no preset '{name}'; choose one of {presets}, or give the path of "
            "a policy file.",
            name=name,
            presets=presets(),
        )
    return (PRESETS / f"{name}.yaml").read_text(encoding="utf-8")


def read_policy(path: Path) -> Policy:
    return parse_policy(file_text(path), path.name)


def file_text(path: Path) -> str:
    try:
        return contents(path, LARGEST).decode("utf-8-sig")
    except OSError as error:
        raise UserError(
            "{path} cannot be read ({why}); give the path of a policy file or one of the "
            "presets {presets}.",
            path=path,
            why=error.strerror,
            presets=presets(),
        ) from None
    except UnicodeDecodeError:
        raise UserError(
            "{path} is not UTF-8 text; save it as UTF-8.", path=path
        ) from None


def text_of(name_or_path: str) -> tuple[str, str]:
    """The text of a preset or of a file, and what to call it in messages."""
    path = Path(name_or_path)
    looks_like_path = path.suffix in {".yaml", ".yml"} or path.name != name_or_path
    if looks_like_path or (name_or_path not in presets() and is_there(path)):
        return file_text(path), path.name
    return preset_text(name_or_path), f"{name_or_path}.yaml"


def policy_text(name_or_path: str) -> str:
    """The text of a preset or of a file that is a valid policy."""
    text, where = text_of(name_or_path)
    parse_policy(text, where)
    return text


def digest_of(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()


def known(digest: str) -> Policy | None:
    """The policy with this text, if this process has already read it."""
    return _READ.get(digest)


def parse_policy(text: str, where: str) -> Policy:
    """Raises PolicyError with everything that is wrong; `where` names the file."""
    digest = digest_of(text)
    if digest not in _READ:
        _READ[digest] = _document(Source(text, where)).to_policy(digest)
    return _READ[digest]


def _document(source: Source) -> Document:
    try:
        document = Document.model_validate(source.data)
    except ValidationError as error:
        raise _refusal(source, wording.problems(error, Document)) from None
    if found := [*source.problems, *contradictions(document)]:
        raise _refusal(source, found)
    return document


def _refusal(source: Source, found: list[Problem]) -> PolicyError:
    return PolicyError(
        source.where,
        [
            Problem(
                path=problem.path,
                wrong=problem.wrong,
                allowed=problem.allowed,
                line=problem.line or source.line(problem.path),
            )
            for problem in {*source.problems, *found}
        ],
    )
