"""The image of settings, `deployments/house.env`: filled in, for one process to start.

python -m kam_flows.serving.image COMMAND ...
"""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from kam_flows.domain.errors import UserError
from kam_flows.settings import PROJECT

IMAGE = PROJECT / "deployments" / "house.env"
SECRETS = "/run/secrets"
WANTED = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")


def settled(given: Mapping[str, str], image: Path = IMAGE) -> dict[str, str]:
    """`given` and every setting of the image; UserError names all that is missing.

    What `given` says of a setting goes before what the image says. Empty is missing.
    """
    said = {name: value for name, value in given.items() if value}
    ours = {name: line for name, line in lines(image).items() if name not in said}
    missing = {
        name
        for line in ours.values()
        for name, default in WANTED.findall(line)
        if name not in said and f"${{{name}:-" not in line
    }
    if missing:
        raise UserError(
            f"{image} wants {', '.join(sorted(missing))}. Give each in the environment, or "
            f"as a file of that name in the folder of secrets ({_secrets_folder(given)})."
        )
    return said | {name: _filled(line, said) for name, line in ours.items()}


def lines(image: Path = IMAGE) -> dict[str, str]:
    """Settings as they are written, their names in order."""
    written = image.read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("=") for line in written if line and line[0] != "#"]
    return {name: value for name, _, value in pairs}


def secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """The files of the folder of secrets by name; a last line break is none of them."""
    folder = Path(_secrets_folder(environment))
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return {
        file.name: file.read_text(encoding="utf-8").rstrip("\r\n")
        for file in files
        if file.is_file() and file.name.isidentifier()
    }


def _secrets_folder(environment: Mapping[str, str]) -> str:
    """What a person said, else what systemd says, else where containers have it."""
    return (
        environment.get("KAM_SECRETS")
        or environment.get("CREDENTIALS_DIRECTORY")
        or SECRETS
    )


def _filled(line: str, said: Mapping[str, str]) -> str:
    """In an address, a password may hold any letter."""
    address = "://" in WANTED.sub("", line)

    def value(wanted: re.Match[str]) -> str:
        found = said.get(wanted[1], wanted[2] or "")
        return quote(found, safe="") if address else found

    return WANTED.sub(value, line)


def main() -> None:
    """Become the command; the secrets themselves are not handed on, only what uses them."""
    given = dict(os.environ)
    try:
        held = secrets(given)
        environment = settled(given | held)
    except (UserError, OSError, UnicodeDecodeError) as error:
        sys.exit(str(error))
    wanted = lines()
    for name in held.keys() - wanted.keys():
        environment.pop(name, None)
    os.execvpe(sys.argv[1], sys.argv[1:], environment)


if __name__ == "__main__":
    main()
