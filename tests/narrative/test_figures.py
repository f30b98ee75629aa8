"""How well does the reader read? Figures by phenomenon on twenty-seven labelled files, with bars a little under what was measured.

`labelled.jsonl`, `clinical.jsonl`, `clinical_wide.jsonl`, `police.jsonl`, the three `police_wide*.jsonl`, `*_new_open.jsonl`,
`phenomena_open.jsonl`, `blind_open.jsonl`, `clinical_reports_open.jsonl`, `classes.jsonl`, `accounts.jsonl` (who tells and who denies it,
threats, times between words), `suppositions_open.jsonl`, `suppositions_wide.jsonl` and `constructions.jsonl` (constructions of
English grammar, one after another, in notes and in logs) are for development.
`held_out.jsonl`, `*_new_held_out.jsonl`, `phenomena_held_out.jsonl`, `blind_held_out.jsonl`, `clinical_held_out.jsonl`, `clinical_reports_held_out.jsonl`,
`police_held_out.jsonl`, `suppositions_held_out.jsonl` and `elsewhere_held_out.jsonl` (people of other houses, topics, one-line
logs) are not: nobody changes a rule or a term because of what is wrong there, so look at their figures only.
"""

from __future__ import annotations

import pytest

from tests.narrative.labelled import label, misread, overlooked, read_labelled, recall, score

# F1 of each flag and the share of roles, with a given term; as of 2026-11: 1.00 but for "other" and "about" .98 in
# labelled.jsonl; .99 1.00 1.00 .93 .98 .98 in held_out.jsonl.
BARS = {
    "labelled.jsonl": {
        "negated": 0.98,
        "historical": 0.98,
        "hypothetical": 0.98,
        "withdrawn": 0.98,
        "other": 0.96,
        "about": 0.97,
    },
    "held_out.jsonl": {
        "negated": 0.97,
        "historical": 0.95,
        "hypothetical": 0.95,
        "withdrawn": 0.9,
        "other": 0.93,
        "about": 0.95,
    },
    # Notes, letters, reports and logs with a given term. Measured once: held out .96 .99 1.00, other .86 (few), about .985.
    "clinical.jsonl": {"negated": 0.97, "historical": 0.98, "hypothetical": 0.97, "other": 0.92, "about": 0.98},
    "clinical_held_out.jsonl": {"negated": 0.94, "historical": 0.95, "hypothetical": 0.96, "other": 0.8, "about": 0.97},
    # Notes as clinicians shorten them, and fears, plans and warnings as police write them; used for development. First
    # read as .93 .95 .94, mended to .99 .97 .99.
    "clinical_wide.jsonl": {"negated": 0.96, "historical": 0.93, "hypothetical": 0.96, "about": 0.97},
    # Constructions by reason, and two hands that did not know the reader's words. As of 2026-11
    # .96 .98 .99 .97 and about .98; .95 .97 .98 .83 .88 .94; .96 .96 .98 .94 .91 .97.
    "police_wide.jsonl": {"negated": 0.94, "historical": 0.96, "hypothetical": 0.96, "withdrawn": 0.94, "about": 0.97},
    "police_wide_one.jsonl": {
        "negated": 0.94,
        "historical": 0.96,
        "hypothetical": 0.97,
        "withdrawn": 0.81,
        "other": 0.87,
        "about": 0.93,
    },
    "police_wide_two.jsonl": {
        "negated": 0.95,
        "historical": 0.95,
        "hypothetical": 0.97,
        "withdrawn": 0.92,
        "other": 0.89,
        "about": 0.96,
    },
    # Written in seven lots by thinking of what English can do; each was read before a rule was mended by it. First read, lot by lot:
    # negated .98 .94 .93 .93 .65 .95 .96, historical .93 .90 .82 .91 .82 .80 .84, hypothetical .91 .88 .74 .92 .91 .86 .79, other
    # .92 .91 .80 .86 .92 1.00 (the fifth of implied and double denials alone). Mended: .98 .99 .99 .97.
    "constructions.jsonl": {
        "negated": 0.97,
        "historical": 0.97,
        "hypothetical": 0.98,
        "withdrawn": 0.9,
        "other": 0.94,
        "about": 0.97,
    },
    # A random half each of sentences written before the cues were looked at; the other half is only measured. As of 2026-11:
    # 1.00 .98 .93 .94 and about .99; .95 .87 .82 .91 and about .99; 1.00 .93 1.00 .95 .98; 1.00 .89 .97 .86 .95.
    "clinical_new_open.jsonl": {
        "negated": 0.98,
        "historical": 0.96,
        "hypothetical": 0.92,
        "other": 0.93,
        "about": 0.98,
    },
    "clinical_new_held_out.jsonl": {
        "negated": 0.93,
        "historical": 0.86,
        "hypothetical": 0.82,
        "other": 0.88,
        "about": 0.97,
    },
    # By phenomenon, clinical and police, written before the cues were looked at; 129 of the first 431 were drawn for the part that is
    # only measured, five lots went to the open one. First read: the open part of the first lot .86 .79 .79, withdrawn .71, other
    # .83; later lots negated .80 (logs) .88 (logs) .95 .98 (notes), historical .91 .92 1.00, hypothetical .80 .88 .92 1.00,
    # withdrawn .77; the held-out part .93 .76 .90. Mended: .95 .96 .94; held out .93 .80 .90.
    "phenomena_open.jsonl": {
        "negated": 0.94,
        "historical": 0.94,
        "hypothetical": 0.92,
        "withdrawn": 0.9,
        "other": 0.85,
        "about": 0.96,
    },
    "phenomena_held_out.jsonl": {
        "negated": 0.91,
        "historical": 0.78,
        "hypothetical": 0.88,
        "other": 0.8,
        "about": 0.96,
    },
    # By a writer who knew nothing of the cues; a random half each. First read: open .911 .894 .867 .875 .895, held out .897 .983 .870 .909
    # .905. Mended by classes of English, of which `classes.jsonl` holds examples that the mender wrote: open 1.00 .978 .979 1.00 .974, held
    # out .904 .983 .882 .909 .905. Suspicions of what may be there now are no hypotheses to this writer, but are to all others.
    "blind_open.jsonl": {
        "negated": 0.98,
        "historical": 0.95,
        "hypothetical": 0.96,
        "withdrawn": 0.97,
        "other": 0.94,
        "about": 0.98,
    },
    "blind_held_out.jsonl": {
        "negated": 0.9,
        "historical": 0.96,
        "hypothetical": 0.87,
        "withdrawn": 0.89,
        "other": 0.88,
        "about": 0.95,
    },
    # First read: negated .78, hypothetical .51, withdrawn .40 (160 sentences); negated .75, hypothetical .88 (132 more). Denials that a log puts
    # behind their thing ("alcohol nil smokes 20") stay misread.
    "classes.jsonl": {
        "negated": 0.94,
        "historical": 0.97,
        "hypothetical": 0.98,
        "withdrawn": 0.97,
        "other": 0.97,
        "about": 0.98,
    },
    # Two hundred sentences of suppositions, of facts that look like them and of what is taken back, written before any cue was looked at;
    # every second one is only measured. First read: open .76 (denied, few) .80 .80 .79, held out 1.00 .71 (few) .84 .83. Mended by
    # classes of English, of which `suppositions_wide.jsonl` holds examples that the mender wrote (first read, before any rule:
    # hypothetical .76, withdrawn .57; where somebody else bears it they were left out): open .94 1.00 .94 1.00, held out 1.00 .77 .87 .87.
    "suppositions_open.jsonl": {"negated": 0.9, "hypothetical": 0.94, "withdrawn": 0.97, "other": 0.85, "about": 0.97},
    "suppositions_held_out.jsonl": {
        "negated": 0.95,
        "hypothetical": 0.86,
        "withdrawn": 0.85,
        "other": 0.75,
        "about": 0.96,
    },
    "suppositions_wide.jsonl": {"hypothetical": 0.92, "withdrawn": 0.8, "about": 0.99},
    # Reports, notes and letters of nine kinds, written before the cues were looked at; a hundred terms are only measured, seven later lots
    # went to the open part. First read: open .951 .885 .857, held out .937 .783 .818; lots negated .92 .92 .97 .99 1.00 .97 .94,
    # historical .82 .81 .79 .93 .88 .83 .97. Mended: .982 .944 .889, other .90; held out .949 .818 .857.
    "clinical_reports_open.jsonl": {
        "negated": 0.97,
        "historical": 0.93,
        "hypothetical": 0.87,
        "other": 0.88,
        "about": 0.98,
    },
    "clinical_reports_held_out.jsonl": {
        "negated": 0.94,
        "historical": 0.79,
        "hypothetical": 0.82,
        "other": 0.9,
        "about": 0.97,
    },
    "police_new_open.jsonl": {"negated": 0.97, "historical": 0.91, "hypothetical": 0.98, "other": 0.92, "about": 0.96},
    "police_new_held_out.jsonl": {
        "negated": 0.97,
        "historical": 0.86,
        "hypothetical": 0.94,
        "other": 0.83,
        "about": 0.93,
    },
}
# The share of mentions found with the catalogue's lexicon, of words left alone that only look alike, and, of what was
# found, of roles, of where somebody lives, and F1 of each flag. As of 2026-11: all 1.00 in police.jsonl but "other" and
# "about" .995; in police_held_out.jsonl found .97, quiet .89, about .93, elsewhere .99, historical .91, other .95, else 1.00;
# in accounts.jsonl, of which 44 sentences were written after the rules and first read with negated .96, hypothetical and
# withdrawn 1.00 (before the rules .41, .33, .00), found .99, quiet 1.00, about .99, historical .86 (few), else over .97;
# in elsewhere_held_out.jsonl found .95, hypothetical 1.00, other .95, about .92, elsewhere .97 (the other flags do not occur).
RECALL_BARS = {
    "police.jsonl": {"found": 0.97, "quiet": 0.95, "about": 0.96, "elsewhere": 0.97, "flag": 0.95},
    "police_held_out.jsonl": {"found": 0.93, "quiet": 0.8, "about": 0.89, "elsewhere": 0.95, "flag": 0.85},
    "accounts.jsonl": {"found": 0.98, "quiet": 0.95, "about": 0.97, "elsewhere": 0.97, "flag": 0.85},
    "elsewhere_held_out.jsonl": {"found": 0.9, "quiet": 0.0, "about": 0.87, "elsewhere": 0.93, "flag": 0.9},
}
WEIGHTY = ("imprisonment", "alcohol_misuse", "drug_misuse", "domestic_abuse")


@pytest.mark.parametrize("name", BARS)
def test_negation_time_supposition_withdrawal_and_person_are_read_as_well_as_before(name: str) -> None:
    figures = score(read_labelled(name))
    short = {what: round(figures[what][2], 3) for what, bar in BARS[name].items() if figures[what][2] < bar}
    assert not short, f"F1 under the bar in {name}: {short}"


def test_no_phenomenon_of_the_development_sentences_is_read_badly() -> None:
    sentences = read_labelled("labelled.jsonl")
    for phenomenon in sorted({sentence.phenomenon for sentence in sentences}):
        these = [sentence for sentence in sentences if sentence.phenomenon == phenomenon]
        wrong, total = len(misread(these)), len(label(these))
        assert wrong <= max(1, 0.1 * total), f"{phenomenon}: {wrong} of {total} are misread"


def test_a_list_of_denials_in_a_log_ends_where_a_thing_has_none_of_its_own() -> None:
    rows = [sentence for sentence in read_labelled("classes.jsonl") if sentence.phenomenon == "denial_again"]
    assert len(rows) >= 10
    assert not misread(rows)


@pytest.mark.parametrize("name", RECALL_BARS)
def test_what_police_schools_and_children_say_is_found_and_given_to_the_right_person(name: str) -> None:
    bars, read = RECALL_BARS[name], recall(read_labelled(name))
    assert read.found["all"] >= bars["found"]
    assert read.quiet >= bars["quiet"]
    assert read.elsewhere >= bars["elsewhere"]
    assert read.figures["about"][2] >= bars["about"]
    used = {flag for sentence in read_labelled(name) for term in sentence.terms for flag in term.flags}
    for flag in sorted(used):
        assert read.figures[flag][2] >= bars["flag"], flag


@pytest.mark.parametrize("name", RECALL_BARS)
@pytest.mark.parametrize("concept", WEIGHTY)
def test_prison_drink_drugs_and_abuse_at_home_are_found(name: str, concept: str) -> None:
    assert recall(read_labelled(name)).found[concept] >= (0.85 if "elsewhere" not in name else 0.8)


def test_what_is_misread_is_shown_with_its_sentence() -> None:
    sentences = read_labelled("police.jsonl")
    assert len(overlooked(sentences)) <= 0.05 * len(sentences)


def test_no_sentence_stands_in_two_files() -> None:
    seen = [sentence.text.casefold() for name in (*BARS, *RECALL_BARS) for sentence in read_labelled(name)]
    assert len(seen) == len(set(seen))
