"""What must be told to a real installation: one TOML file, for its owner only, with the key, the hosts, the database and the mail server.

Without one the service is a first run: it answers on this machine only, and makes a key of its own beside the data.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

VARIABLE = "HEADWATER_SECRET_FILE"
LETTERS = 16
"""A random key of fifty letters has more different ones than this; a word that somebody typed over and over has not."""


class SecretError(Exception):
    """The secret file cannot be used; the message says what is wrong and what to write. The service does not start."""


class Part(BaseModel):
    """Base of every part: no unknown names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Mail(Part):
    """The force's mail server. Mails hold a reference and a link, never personal data."""

    host: str
    port: int = 587
    user: str = ""
    password: str = ""
    tls: bool = True
    sender: str


class Provider(Part):
    """An agency's own sign-in (OpenID Connect)."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    name: str
    server: str
    client: str
    secret: str
    domains: list[str] = Field(
        min_length=1, description="E-mail domains of the agency's people; it vouches for no others."
    )


class Databases(Part):
    """A PostgreSQL of one's own, one address for each role. `docs/how-to/deploy.md` holds the SQL that makes the roles."""

    service: str
    owner: str = ""
    eraser: str = ""


class Secret(Part):
    """All that the file may say. `key` and `hosts` must be there."""

    key: str = Field(min_length=50, description="50 or more random characters; signs sessions and links.")
    old_keys: list[str] = Field(
        default_factory=list, description="Former keys, while sessions signed with them still live."
    )
    hosts: list[str] = Field(min_length=1, description="Names under which people reach the service.")
    behind_proxy: bool = Field(default=True, description="A reverse proxy sets X-Forwarded-Proto.")
    mail: Mail | None = None
    database: Databases | None = None
    sign_in: list[Provider] = Field(default_factory=list)
    nation: Literal["ENG", "WLS", "SCT", "NIR"] = Field(
        default="ENG", description="Whose bank holidays count: England, Wales, Scotland or Northern Ireland."
    )
    scanner: str = Field(
        default="", description="A program that is given a file's path and ends with 0 when the file is clean."
    )


def read_secret() -> Secret | None:
    """The secret file that HEADWATER_SECRET_FILE names; None on a first run. Raises SecretError."""
    named = os.environ.get(VARIABLE)
    if not named:
        return None
    path = Path(named)
    try:
        mode = path.stat().st_mode
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as fault:
        raise SecretError(f"{VARIABLE} names {path}, which cannot be read: {fault.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SecretError(f"{path} is not valid TOML: {fault}. Mend that line.") from None
    if stat.S_IMODE(mode) & 0o037:
        raise SecretError(f"{path} can be read by others. Run: chmod 600 {path}")
    try:
        found = Secret.model_validate(content)
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SecretError(f"{path}: {where}: {first['msg']}. docs/how-to/deploy.md shows a whole file.") from None
    if min(len(set(key)) for key in (found.key, *found.old_keys)) < LETTERS:
        raise SecretError(
            f"{path}: a key must be random: fewer than {LETTERS} different letters stand in it. docs/how-to/deploy.md shows how to make one."
        )
    if any(host.strip() in ("", "*") or host.startswith(".") for host in found.hosts):
        raise SecretError(
            f"{path}: hosts must be whole names such as headwater.example.police.uk; '*' lets anybody pretend to be the service."
        )
    return found


def own_key(data: Path) -> str:
    """The key of a first run, made once and kept beside the data, for its owner only."""
    path = data / "first-run-key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(64))
        with contextlib.suppress(FileExistsError):
            os.link(part, path)  # The first of two that start at once wins.
        part.unlink()
    return path.read_text()
