"""Do settings come from where they should, and are faults named?"""

from pathlib import Path

import pytest

from headwater.settings import SettingsError, read_settings


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DATA", "CATALOGUE", "MEMORY", "THREADS", "PURPOSE", "SETTINGS"):
        monkeypatch.delenv(f"HEADWATER_{name}", raising=False)


def test_without_anything_the_data_lie_in_a_hidden_folder_here() -> None:
    assert read_settings().lake == Path(".headwater/lake")


def test_the_command_line_wins_over_the_environment_which_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("headwater.toml").write_text('data = "a"\nmemory = "1GB"\nthreads = 1\n')
    monkeypatch.setenv("HEADWATER_DATA", "b")
    monkeypatch.setenv("HEADWATER_THREADS", "2")
    found = read_settings(data=Path("c"))
    assert (found.data, found.memory, found.threads) == (Path("c"), "1GB", 2)


def test_an_unknown_name_is_refused_with_the_names_that_exist() -> None:
    Path("headwater.toml").write_text('colour = "red"\n')
    with pytest.raises(SettingsError, match=r"colour.*catalogue, data, memory, off, purpose, threads"):
        read_settings()


def test_a_value_that_does_not_fit_names_its_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_MEMORY", "lots")
    with pytest.raises(SettingsError, match="HEADWATER_MEMORY"):
        read_settings()


def test_a_broken_file_and_a_missing_file_are_named() -> None:
    Path("headwater.toml").write_text("data = \n")
    with pytest.raises(SettingsError, match=r"headwater\.toml"):
        read_settings()
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        read_settings(Path("nowhere.toml"))
