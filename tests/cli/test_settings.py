"""Do settings come from where they should, and are faults named?"""

import inspect
from pathlib import Path

import pytest

from headwater.cli.main import app
from headwater.settings import Settings, SettingsError, read_settings, usual_memory


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
    with pytest.raises(SettingsError, match=r"colour.*catalogue, data, engine, memory, off, on, purpose, threads"):
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


def test_the_settings_page_names_every_setting_with_its_variable() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
        assert f"`HEADWATER_{name.upper()}`" in row
        if isinstance(field.default, str) and field.default:
            assert f"`{field.default}`" in row
    for example in page.split("```toml\n")[1:]:
        Path("headwater.toml").write_text(example.split("```")[0])
        assert read_settings().threads == 4


def test_without_a_setting_the_engine_takes_half_of_what_the_container_may_and_no_more_than_four_gigabytes(
    tmp_path: Path,
) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text("3000000000\n")
    assert usual_memory(limit) == "1500MB"
    limit.write_text("100000000\n")
    assert usual_memory(limit) == "500MB"
    limit.write_text("max\n")
    assert int(usual_memory(limit).removesuffix("MB")) <= 4000
    assert read_settings().memory == usual_memory()
    assert read_settings(memory="8GB").memory == "8GB"


def test_no_setting_and_no_option_asks_for_a_secret() -> None:
    secret = ("password", "secret", "token", "key", "credential")
    options = [
        name for command in app.registered_commands for name in inspect.signature(command.callback or print).parameters
    ]
    for name in [*Settings.model_fields, *options]:
        assert not any(word in name for word in secret)
