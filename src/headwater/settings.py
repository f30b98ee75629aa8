"""What has this installation been told? A TOML file, then environment variables, then the command line; last wins."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

FILE_NAMES = ("headwater.toml",)


MOST_MB = 4000
"""More the engine takes only when it is told to: a search of a million people needs no more."""

LEAST_MB = 500


class SettingsError(Exception):
    """A setting cannot be used; the message says which, where it was found, and what to write instead."""


class Settings(BaseModel):
    """Everything that can be set. None of it is secret."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path = Field(default=Path(".headwater"), description="Folder for the lake and all that is made from it.")
    catalogue: Path | None = Field(
        default=None, description="A force's own catalogue files; they win over the built-in."
    )
    memory: str = Field(
        default_factory=lambda: usual_memory(),
        pattern=r"^\d+(\.\d+)?\s?(MB|GB|TB|MiB|GiB|TiB)$",
        description="Engine's limit.",
    )
    threads: int | None = Field(default=None, ge=1, le=512, description="How many cores to use; empty means all.")
    engine: Literal["duckdb", "spark"] = Field(
        default="duckdb", description="What link, read and search run on: this process, or Spark."
    )
    purpose: str = Field(default="welfare", description="Written to the consultation log with every look at people.")
    off: str = Field(
        default="", pattern=r"^[a-z_, ]*$",
        description="Switches of sensitive inputs that are off, with commas, for example household_health.",
    )  # fmt: skip

    on: str = Field(
        default="", pattern=r"^[a-z_, ]*$",
        description="Indicators that ship switched off and are to be used, with commas, for example parental_separation.",
    )  # fmt: skip

    @property
    def switched_on(self) -> tuple[str, ...]:
        """The names in `on`."""
        return tuple(name for part in self.on.split(",") if (name := part.strip()))

    @property
    def switched_off(self) -> tuple[str, ...]:
        """The names in `off`."""
        return tuple(name for part in self.off.split(",") if (name := part.strip()))

    @property
    def lake(self) -> Path:
        """The lake's folder."""
        return self.data / "lake"


def usual_memory(limit: Path = Path("/sys/fs/cgroup/memory.max")) -> str:
    """The engine's limit where none is set: half of this machine's or container's memory, at most 4 GB.

    `limit` is where a container's own limit stands, in bytes.
    """
    have = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    told = limit.read_text("utf-8").strip() if limit.is_file() else ""
    if told.isdigit():
        have = min(have, int(told))
    return f"{min(max(have // 2 // 10**6, LEAST_MB), MOST_MB)}MB"


def read_settings(file: Path | None = None, **given: Any) -> Settings:
    """Settings from `file` (or `headwater.toml` here), then `HEADWATER_*` variables, then `given` where not None.

    Raises SettingsError for a missing file, broken TOML, an unknown name or a value that does not fit.
    """
    found: dict[str, Any] = {}
    origin: dict[str, str] = {}
    if file is None:
        named = os.environ.get("HEADWATER_SETTINGS")
        file = Path(named) if named else next((Path(name) for name in FILE_NAMES if Path(name).is_file()), None)
    if file is not None:
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise SettingsError(f"There is no settings file {file}. Name one that exists, or leave it out.") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            raise SettingsError(f"The settings file {file} is not valid TOML: {fault}. Mend that line.") from None
        for name, value in content.items():
            found[name], origin[name] = value, str(file)
    for name in Settings.model_fields:
        variable = f"HEADWATER_{name.upper()}"
        if os.environ.get(variable):
            found[name], origin[name] = os.environ[variable], f"the environment variable {variable}"
    for name, value in given.items():
        if value is not None:
            found[name], origin[name] = value, "the command line"
    if (folder := found.get("catalogue")) and not Path(str(folder)).is_dir():
        raise SettingsError(
            f"{origin['catalogue']}: catalogue = {str(folder)!r} is no folder. Name the folder with the force's own files."
        )
    try:
        return Settings(**found)
    except ValidationError as fault:
        first = fault.errors()[0]
        name = str(first["loc"][0])
        known = ", ".join(sorted(Settings.model_fields))
        if first["type"] == "extra_forbidden":
            raise SettingsError(f"{origin[name]}: there is no setting {name!r}. The settings are: {known}.") from None
        raise SettingsError(f"{origin[name]}: {name} = {found[name]!r} does not fit: {first['msg']}.") from None
