"""Can what was found to help somebody be turned against anybody? The catalogue refuses it, whoever asks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from headwater.catalogue import read_text
from headwater.triggers.rules.definition import read_triggers
from headwater.triggers.rules.indicator import ACTS_AGAINST, RuleError, read_indicators


def own_trigger(folder: Path, purpose: str) -> Path:
    """A force's own trigger, over the built-in indicators, for another purpose."""
    (folder / "triggers").mkdir(parents=True)
    text = (
        read_text("triggers", "tipt.yaml")
        .replace("id: tipt", "id: own")
        .replace("purpose: welfare", f"purpose: {purpose}")
    )
    (folder / "triggers" / "own.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("purpose", sorted(ACTS_AGAINST))
def test_no_trigger_that_acts_against_somebody_can_be_built_on_welfare_evidence(tmp_path: Path, purpose: str) -> None:
    with pytest.raises(RuleError, match=f"may not be used for '{purpose}'"):
        read_triggers(own_trigger(tmp_path, purpose))


@pytest.mark.parametrize("purpose", sorted(ACTS_AGAINST))
def test_no_indicator_serves_help_and_its_opposite(tmp_path: Path, purpose: str) -> None:
    (tmp_path / "indicators").mkdir()
    text = read_text("indicators", "sexual_abuse.yaml").replace(
        "purposes: [welfare, victim care]", f"purposes: [welfare, {purpose}]"
    )
    assert purpose in text
    (tmp_path / "indicators" / "sexual_abuse.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=f"sexual_abuse.yaml: what is found to help somebody never serves '{purpose}'"):
        read_indicators(tmp_path)


def test_a_purpose_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"own\.yaml"):
        read_triggers(own_trigger(tmp_path, "curiosity"))


def test_all_that_may_act_against_somebody_is_charges_and_convictions() -> None:
    against = {name for name, item in read_indicators().items() if ACTS_AGAINST & set(item.purposes)}
    assert against == {"charge_or_conviction"}
    words = set(re.findall(r"[a-z_]+", read_indicators()["charge_or_conviction"].sql))
    assert not words & {
        "mention",
        "affirmed",
        "child_text",
        "child_part",
        "home_part",
        "lives_with",
        "narrative",
        "mark",
        "tie",
        "flag",
    }


@pytest.mark.parametrize("purpose", sorted(ACTS_AGAINST - {"offender management"}))
def test_no_trigger_for_a_disposal_or_enforcement_can_be_built_on_anything_yet(tmp_path: Path, purpose: str) -> None:
    for name in read_indicators():
        folder = own_trigger(tmp_path / name, purpose)
        file = folder / "triggers" / "own.yaml"
        file.write_text(
            re.sub(r"indicators: \[.*\]", f"indicators: [{name}]", file.read_text("utf-8")), encoding="utf-8"
        )
        with pytest.raises(RuleError, match="may not be used for"):
            read_triggers(folder)
