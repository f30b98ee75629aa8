"""Does a sentence take back, date or deny only what it speaks of? Each of these was once read as doing so to something else."""

from __future__ import annotations

import pytest

from headwater.narrative.reading import read, read_detail

FLAGS = ("negated", "historical", "hypothetical", "withdrawn")


def flags_of(text: str, words: str) -> set[str]:
    """The flags of the mentions in `text` that lie within `words`."""
    start = text.index(words)
    found = [row for row in read([text]).to_pylist() if start <= row["start"] and row["end"] <= start + len(words)]
    assert found, f"nothing was found in {words!r}"
    return {flag for row in found for flag in FLAGS if row[flag]}


@pytest.mark.parametrize(
    ("text", "words", "flags"),
    [
        # A that-clause is denied itself, and nothing before it taken back.
        (
            "Mum had been punched by her partner. It is not the case that she had a bruised arm.",
            "Mum had been punched by her partner",
            set(),
        ),
        ("Mum had been punched by her partner. It is not the case that she had a bruised arm.", "bruised", {"negated"}),
        (
            "Mum had been punched by her partner. That is not the case.",
            "Mum had been punched by her partner",
            {"withdrawn"},
        ),
        ("She had bruises. It was alleged that he drank; this was found to be untrue.", "bruises", set()),
        (
            "Mum had been slapped by her partner. He said he never was neglected.",
            "Mum had been slapped by her partner",
            set(),
        ),
        ("Mum had been slapped by her partner. He said he never was neglected.", "neglected", {"negated"}),
        ("She said dad hit her. It never was.", "hit her", {"withdrawn"}),
        # Words that take back need what they take back; as a name or with another object they take back nothing.
        ("Suspect threw a punch outside Discount Barn 2, causing a cut lip.", "cut lip", set()),
        ("Caller said he hit her. Discount the last line.", "hit her", {"withdrawn"}),
        ("Dad has gone back to the crack.", "crack", set()),
        ("He hit her. She has gone back on her statement.", "hit her", {"withdrawn"}),
        # Who has kicked somebody has not kicked a habit.
        ("Caller states partner has kicked her and is still at address.", "kicked her", set()),
        ("He has beaten her.", "beaten her", set()),
        ("He has kicked the heroin habit.", "heroin habit", {"historical"}),
        # What somebody does not believe of anybody is denied.
        ("Caller does not believe a man at the address is taking cocaine.", "taking cocaine", {"negated"}),
        ("Officers do not think an unknown female has a drug habit.", "drug habit", {"negated"}),
        # An entry of a log can end with "her"; what the next one says is another matter.
        ("21:27:28 OP379 SAYS HE HAS HIT HER\n21:31:45 OP379 AREA SEARCH NO TRACE", "HIT HER", set()),
    ],
)
def test_only_what_is_spoken_of(text: str, words: str, flags: set[str]) -> None:
    assert flags_of(text, words) == flags


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("No one was drunk except the mother", "mother"),
        ("No one was drunk apart from dad.", "father"),
        ("Nobody had been drinking, except the father.", "father"),
        ("Nobody was drunk other than the uncle", "relative"),
        ("Nobody had been drinking save for the father.", "father"),
        ("Apart from dad, no one was drunk.", "father"),
        ("Nobody but the mother was drunk", "mother"),
        ("No one was hit, except for mum.", "mother"),
    ],
)
def test_an_exception_to_a_denial_is_told_of_the_one_left_out(text: str, about: str) -> None:
    (row,) = read_detail([text]).to_pylist()
    assert not row["negated"]
    assert row["about"] == about


@pytest.mark.parametrize(
    ("text", "words", "flags"),
    [
        ("None of the children apart from Ann was drunk.", "drunk", set()),
        ("No one was drunk except when dad was there.", "drunk", set()),
        ("He was not drunk except at weekends.", "drunk", set()),
        # What is left out is no person and no time: the denial stays.
        ("No one was drunk, apart from that all was calm", "drunk", {"negated"}),
        ("No one was drunk, except that mum was upset.", "drunk", {"negated"}),
        ("Not drunk other than a smell of alcohol.", "Not drunk", {"negated"}),
        ("Not drunk other than a smell of alcohol.", "smell of alcohol", set()),
        ("No concerns of neglect other than a dirty kitchen.", "neglect", {"negated"}),
        ("No one was drunk, not even dad.", "drunk", {"negated"}),
        ("She was not drunk in the bar at the weekend", "drunk", {"negated"}),
    ],
)
def test_an_exception_takes_back_only_the_denial_that_it_is_one_to(text: str, words: str, flags: set[str]) -> None:
    assert flags_of(text, words) == flags


@pytest.mark.parametrize(
    ("text", "words", "flags"),
    [
        ("He was not arrested for the rape", "rape", set()),
        ("He has not been charged with the rape", "rape", set()),
        ("CPS decided not to charge him with the rape", "rape", set()),
        ("Police did not arrest him for assaulting his wife", "assaulting his wife", set()),
        ("Suspect was not interviewed about the rape", "rape", set()),
        ("He was not questioned about the assault.", "assault", set()),
        ("He was not convicted of the rape.", "rape", set()),
        ("He was never arrested for the assault.", "assault", set()),
        ("nobody was prosecuted for the assault", "assault", set()),
        ("No one was charged with the assault.", "assault", set()),
        ("The rape was not recorded", "rape", set()),
        ("the assault was never reported", "assault", set()),
        ("The rape was not reported to police", "rape", set()),
        ("The abuse was never disclosed.", "abuse", set()),
        ("She did not disclose the abuse earlier", "abuse", set()),
        ("The previous assault was not reported.", "assault", {"historical"}),
        # What is said of any offence, what was tried or looked for, and what nobody has told of, stay denied.
        ("never charged with any assault", "assault", {"negated"}),
        ("He has never been convicted of assault.", "assault", {"negated"}),
        ("He has not been convicted of any offence of assault", "assault", {"negated"}),
        ("He was acquitted of the rape.", "rape", {"negated"}),
        ("He was found not guilty of the rape", "rape", {"negated"}),
        ("There is no evidence that the rape took place", "rape", {"negated"}),
        ("Drug use was not reported.", "Drug use", {"negated"}),
        ("Domestic violence was not reported.", "Domestic violence", {"negated"}),
        ("No assault was recorded.", "assault", {"negated"}),
        ("she was never in prison", "in prison", {"negated"}),
        ("He was not sent to prison.", "sent to prison", {"negated"}),
    ],
)
def test_what_police_did_not_do_leaves_what_happened(text: str, words: str, flags: set[str]) -> None:
    assert flags_of(text, words) == flags


@pytest.mark.parametrize(
    ("text", "words", "flags"),
    [
        # Of weeks the reader says nothing: what was weeks ago may well go on, and a child at risk is not put into the past for it.
        ("Since mum's boyfriend moved in six weeks ago she has been drinking.", "has been drinking", set()),
        ("Since he came out of prison three weeks ago he has beaten her every day.", "beaten her", set()),
        ("A few weeks ago she told staff that dad is hitting her.", "is hitting", set()),
        ("Last month she disclosed that her stepfather rapes her.", "rapes her", set()),
        ("Dad hit her three weeks ago and again yesterday.", "hit her", set()),
        ("Mum relapsed on heroin last month.", "relapsed on heroin", set()),
        ("Mum drinks more than she did last month.", "Mum drinks", set()),
        ("Bruising still visible from assault three weeks ago.", "Bruising", set()),
        ("Dad moved in six weeks ago and drinks every night.", "drinks every night", set()),
        ("He began drinking six weeks ago.", "began drinking", set()),
        ("Dad was sent to prison six weeks ago.", "sent to prison", set()),
        ("Dad was drunk two months ago.", "drunk", {"historical"}),
        # A history of days is the present illness; one without is past.
        ("History: 3 days of fever and bruises", "bruises", set()),
        ("HISTORY: drinking for 2 days.", "drinking", set()),
        ("Past history: bruises", "bruises", {"historical"}),
        ("PMH: depression.", "depression", {"historical"}),
    ],
)
def test_weeks_ago_put_no_harm_into_the_past(text: str, words: str, flags: set[str]) -> None:
    assert flags_of(text, words) == flags


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("No heating or power and mum's using heroin.", "using heroin"),
        ("No sleep or food, beaten by dad.", "beaten by dad"),
        ("No fixed placement, sexually exploited.", "sexually exploited"),
        ("No safe place, beaten by dad.", "beaten by dad"),
        ("No right to hit the child.", "hit the child"),
        ("Patient did not report the rape to police.", "rape"),
        ("Patient does not report the abuse because she is afraid.", "abuse"),
        ("Pt did not report his assault to police.", "assault"),
        ("No tears, obvious bruising to face, or dirty nappy.", "bruising"),
        ("No GP, persistent self harm, or school.", "self harm"),
        ("The man who hits her is old.", "hits her"),
        ("Dad has left a bruise on his face.", "bruise"),
        ("Dad hit him, bruises not seen.", "hit him"),
    ],
)
def test_what_is_said_beside_a_lack_an_old_thing_or_a_list_stays(text: str, words: str) -> None:
    assert flags_of(text, words) == set()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("No one was there when he was raped except his mother.", "raped"),
        ("No one knows he self harms except his brother.", "self harms"),
        ("Nobody knew she was suicidal apart from her friend.", "suicidal"),
        ("No one was told she was beaten except her sister.", "beaten"),
    ],
)
def test_who_is_left_out_of_knowing_did_not_suffer_it(text: str, words: str) -> None:
    rows = [row for row in read_detail([text]).to_pylist() if text[row["start"] : row["end"]].endswith(words)]
    assert rows
    assert {(row["about"], row["negated"]) for row in rows} <= {("subject", False), ("child", False)}


def test_what_is_denied_of_all_is_denied_of_each() -> None:
    rows = read(["Sexual abuse by dad, grooming by uncle all denied."]).to_pylist()
    assert rows
    assert all(row["negated"] for row in rows)
