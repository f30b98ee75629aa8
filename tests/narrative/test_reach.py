"""How far does a cue reach? Each of these was once read wrongly; the sentences were written for the test."""

from __future__ import annotations

import pytest

from headwater.narrative import Lexicon, read

FLAGS = ("negated", "historical", "hypothetical", "withdrawn")


def flags_of(text: str, term: str) -> set[str]:
    """The flags of the one mention of `term` in `text`."""
    (row,) = read([text], Lexicon.from_terms({term: [term]})).to_pylist()
    return {flag for flag in FLAGS if row[flag]}


@pytest.mark.parametrize(
    ("text", "term", "flags"),
    [
        # A comma ends "not" and "no longer" where no "or" carries the list on.
        ("OFFICERS NOT TO APPROACH, BULL TERRIER IN YARD", "bull terrier", set()),
        ("She was not loud, rude or violent.", "violent", {"negated"}),
        ("Not a crash, prank by pupils", "prank", set()),
        ("He has not had sickness, wheeze, hives.", "hives", {"negated"}),
        ("CALLER NO LONGER AT WINDOW, BANGING AUDIBLE", "banging", set()),
        # "No" takes nouns: behind the comma a participle says what was done to a thing.
        ("NO ENTRY GAINED, LOCK FORCED", "lock", set()),
        ("No bottles thrown, two lads hurt.", "hurt", set()),
        ("No crime, squabble over parking.", "squabble", set()),
        # An answer belongs to the thing before it.
        ("Smoker Y, allergies N, asthma N.", "smoker", set()),
        ("Smoker Y, allergies N, asthma N.", "asthma", {"negated"}),
        ("Q: bleeding? A: no. Q: dizzy? A: yes.", "bleeding", {"negated"}),
        ("Q: bleeding? A: no. Q: dizzy? A: yes.", "dizzy", set()),
        ("Neg weapons pos alcohol.", "alcohol", set()),
        # A correction denies what follows it, and one of a place takes nothing back.
        ("CORRECTION: NOT SHOT, FELL ON RAILINGS", "shot", {"negated"}),
        ("Report of a scuffle. Correction, it is outside number 9.", "scuffle", set()),
        ("Report of graffiti. Not this address, two doors up.", "graffiti", set()),
        # What is taken back is not denied as well; a correction that says what is right denies.
        ("Scrub that, not a hostage.", "hostage", {"withdrawn"}),
        ("Correction: no hostage.", "hostage", {"withdrawn", "negated"}),
        # "Were" before a word in capitals is no condition, "otherwise negative" neither.
        ("KIDS WERE BATHED, NOT HUNGRY", "hungry", {"negated"}),
        ("Otherwise negative for sweats.", "sweats", {"negated"}),
        # A past end needs to be told; "no problems" tells none.
        ("Other than a cough there were no problems.", "cough", set()),
        ("The boy was left alone most nights some years ago.", "alone", {"historical"}),
        ("His stammer began in his teens and he still has it.", "stammer", set()),
        # What is supposed may be a cause, or an offer; what is not known of it takes it for granted.
        ("The limp could be secondary to gout.", "gout", {"hypothetical"}),
        ("It is possible that he was followed.", "followed", {"hypothetical"}),
        ("She begged him not to swim.", "swim", {"hypothetical"}),
        ("The collapse was not witnessed.", "collapse", set()),
        ("No one in the lesson noticed that he was choking.", "choking", set()),
    ],
)
def test_a_cue_reaches_what_it_speaks_of(text: str, term: str, flags: set[str]) -> None:
    assert flags_of(text, term) == flags
