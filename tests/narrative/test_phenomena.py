"""Is each phenomenon of negation, time and supposition read by its reason? A given term, and what must be said of it."""

from __future__ import annotations

import pytest

from headwater.narrative import Lexicon, read, read_detail
from headwater.narrative.spelling import find_slips, read_real_words

X = "seizure"
LEXICON = Lexicon.from_terms({X: ["seizure", "seizures"]})
FLAGS = {"negated": "n", "historical": "h", "hypothetical": "y", "withdrawn": "w"}


def statuses(text: str) -> list[str]:
    """The statuses of each mention of the term: n negated, h historical, y hypothetical, w withdrawn."""
    rows = read([text], LEXICON).to_pylist()
    return ["".join(letter for flag, letter in FLAGS.items() if row[flag]) for row in rows]


def concepts(text: str) -> set[str]:
    """What the catalogue's lexicon finds."""
    return set(read([text])["concept"].to_pylist())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A list is denied to its end; a new noun phrase, a statement or a degree that asserts ends it.
        ("No fever, chills, or seizures.", ["n"]),
        ("No fever, chills, or seizures present.", ["n"]),
        ("No fever, seizures present.", [""]),
        ("No fever and a seizure in the ambulance.", [""]),
        ("No fever with several seizures.", [""]),
        ("Nil injuries, both parties had seizures.", [""]),
        ("Negative for infection, positive for seizures.", [""]),
        ("Without fever, the seizures went on.", [""]),
        # What something is done for, comes from or belongs to is taken for granted.
        ("No cause was found for the seizures.", [""]),
        ("Not on treatment for seizures.", [""]),
        ("She takes nothing for her seizures.", [""]),
        ("He could not drive because of seizures.", [""]),
        ("He could not describe the seizure.", [""]),
        ("We could not find any seizures on the trace.", ["n"]),
        # The same word denies what stands before it where a sign follows.
        ("Rash nil, seizures daily.", [""]),
        ("Seizures nil, rash all over.", ["n"]),
        ("Seizures (-), rash (+).", ["n"]),
        ("Seizures -ve.", ["n"]),
        ("Seizures (+), rash (-).", [""]),
        # Held for unlikely, or no reason to think so.
        ("Tapes were negative so far for seizures.", ["n"]),
        ("Seizure is thought less likely.", ["n"]),
        ("Low clinical suspicion for seizure.", ["n"]),
        ("High suspicion for seizure.", ["y"]),
        ("No clinical concern for seizure.", ["n"]),
        ("The school has had no cause to suspect seizures.", ["n"]),
        ("Child seen alone, nothing said about seizures.", ["n"]),
        ("Nothing was said about the seizure.", [""]),
        ("Seizures have never featured.", ["n"]),
        ("He stopped short of a seizure.", ["n"]),
        ("No action was taken over the seizure.", [""]),
        ("No obvious interval change in the seizures.", [""]),
        ("Not certain whether it was a seizure.", ["y"]),
        ("Call the clinic for any seizure.", ["y"]),
        ("A seizure could not be demonstrated.", ["n"]),
        ("Seizure was felt to be very unlikely.", ["n"]),
        ("Seizures were looked for but not found.", ["n"]),
        ("Ring-enhancing lesions and seizures were both denied.", ["n"]),
        ("Seizures no longer evident.", ["n"]),
        ("A seizure was never documented.", ["n"]),
        ("A fall was seen but a seizure was not.", ["n"]),
        ("Seizure was considered but was not supported by the trace.", ["n"]),
        ("ROS: (-) fever, (-) seizures, (+) fatigue.", ["n"]),
        ("ROS: (-) fever, (+) seizures.", [""]),
        ("No fever, seizures noted on the ward.", [""]),
        ("Told not to drive or he will have seizures.", ["y"]),
        # What an embedded question asks about is taken for granted.
        ("It is not clear what is causing the seizures.", [""]),
        # What is hoped for, planned or dreaded is not yet so.
        ("He hopes to avoid work with a seizure.", ["y"]),
        ("They are planning a seizure for the film.", ["y"]),
        ("He is thinking of having a seizure in court.", ["y"]),
        ("He was thinking of the seizure.", [""]),
        ("She dreads another seizure.", ["y"]),
        ("Staff aware seizures may be present.", ["y"]),
        ("They are going to cause a seizure.", ["y"]),
        # Days in the shorthand of notes.
        ("3/7 hx of seizures.", [""]),
        # Words that look like a denial.
        ("No relief of her seizures.", [""]),
        ("There is no question that she has seizures.", [""]),
        ("This is not necessarily a seizure.", ["y"]),
        ("The seizure was not seen on the previous tape.", [""]),
        ("No further seizures overnight.", ["n"]),
        ("No further change in the seizures.", [""]),
        ("Excluded from school for having a seizure.", [""]),
        ("Father absent without a seizure.", ["n"]),
        ("All normal with the exception of seizures.", [""]),
        # Each with its own denial, and one without.
        ("No fever, no rash, and seizures.", [""]),
        ("Not eating, not drinking, and seizures daily.", [""]),
        ("Without a word he had a seizure.", [""]),
        ("No insight into his seizures.", [""]),
        ("He has not had a seizure.", ["n"]),
        ("Asthma no, seizures no, gout yes.", ["n"]),
        ("At no point was any seizure seen.", ["n"]),
        ("No, he had a seizure.", [""]),
    ],
)
def test_a_denial_reaches_as_far_as_what_it_denies(text: str, expected: list[str]) -> None:
    assert statuses(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He has a history of asthma and seizures.", ["h"]),
        ("The patient with a history of asthma developed seizures.", [""]),
        ("PMH of asthma, p/w seizures.", [""]),
        ("A three-day history of seizures.", [""]),
        ("History of two days of seizures.", [""]),
        ("A twenty-year history of seizures.", ["h"]),
        ("Seizures stopped within an hour.", [""]),
        ("Her seizures resolved with lorazepam.", [""]),
        ("Her seizures resolved years ago.", ["h"]),
        ("On the previous day he had a seizure.", [""]),
        ("During her previous admission she had a seizure.", ["h"]),
        ("Seizure (1998), otherwise well.", ["h"]),
        ("Background of seizures.", ["h"]),
        ("Social history: seizures stop him from driving.", [""]),
        ("Previously well until a seizure today.", [""]),
        ("Vehicle stopped, driver having a seizure.", [""]),
        ("Officers recovered a phone after his seizure.", [""]),
        ("She had a stroke last year with residual seizures.", [""]),
        ("He had seizures until the end of 2010.", ["h"]),
        ("Seizures are a thing of the past.", ["h"]),
        ("The seizures ended when he moved.", ["h"]),
    ],
)
def test_the_past_is_what_was_over_before_this_time(text: str, expected: list[str]) -> None:
    assert statuses(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PAST MEDICAL HISTORY: 1. Asthma. 2. Seizures. 3. Gout.", ["h"]),
        ("Past medical history\nAsthma\nSeizures\n\nExamination\nOne seizure seen.", ["h", ""]),
        ("PAST MEDICAL HISTORY: Gout. PLAN: Treat the seizures.", [""]),
        ("PAST MEDICAL HISTORY: Gout. Now has seizures.", [""]),
        ("PMH: None. HISTORY OF PRESENT ILLNESS: Seizures for two days.", [""]),
        ("The past medical history was taken. He had a seizure.", [""]),
    ],
)
def test_a_heading_of_the_past_holds_to_the_end_of_its_section(text: str, expected: list[str]) -> None:
    assert statuses(text) == expected


def test_what_stands_under_family_history_is_a_relatives() -> None:
    text = "FAMILY HISTORY: Asthma in mother. Seizures too. PLAN: Seizure chart."
    assert read_detail([text], LEXICON)["about"].to_pylist() == ["relative", "subject"]


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Brought in by his mother with a seizure.", "subject"),
        ("Born to a mother with seizures.", "mother"),
        ("Per mum, seizures since Monday.", "subject"),
        ("His brother found him in a seizure.", "subject"),
        ("Parents report that he has seizures.", "subject"),
        ("A friend fears that he has seizures.", "subject"),
        ("Mum is well; the patient herself has seizures.", "subject"),
        ("Ex-smoker with seizures.", "subject"),
        ("Her ex had a seizure.", "ex_partner"),
    ],
)
def test_who_tells_brings_or_finds_is_not_who_has_it(text: str, about: str) -> None:
    assert read_detail([text], LEXICON)["about"].to_pylist() == [about]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Told to call for seizures.", ["y"]),
        ("Come back at once with any seizure.", ["y"]),
        ("Diazepam for seizures as needed.", ["y"]),
        ("She asked if we could come because he had a seizure.", [""]),
        ("If anything, the seizures are worse.", [""]),
        ("Stroke vs seizure.", ["y"]),
        ("Seizure vs stroke.", ["y"]),
        ("This may represent a seizure.", ["y"]),
        ("In May a seizure occurred.", [""]),
    ],
)
def test_what_may_come_is_no_fact(text: str, expected: list[str]) -> None:
    assert statuses(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What a condition, a question or a wish takes for granted, and what stands behind a condition.
        ("Unless he stops having seizures he cannot drive.", [""]),
        ("If he has a seizure he cannot drive.", ["y"]),
        ("If mum goes out, he seizures.", [""]),
        ("Even if he is well, the seizures go on.", [""]),
        ("How often do the seizures come?", [""]),
        ("Did he have a seizure?", ["y"]),
        ("I wish he hadn't had a seizure.", [""]),
        ("She would have a seizure most weekends.", [""]),
        ("Please note that he had a seizure.", [""]),
        ("As feared, it was a seizure.", [""]),
        ("To discuss the seizure with mum.", [""]),
        # Rules, kinds of people, dreams, printed answers, and what is foreseen behind its noun.
        ("He must not drive in case of a seizure.", ["y"]),
        ("Children who have seizures need a plan.", ["y"]),
        ("Seizure is when a person loses control.", ["y"]),
        ("She dreamt he had a seizure.", ["y"]),
        ("Any seizures? Y / N", ["y"]),
        ("A seizure is likely if he stops his tablets.", ["y"]),
        ("Seizure anticipated.", ["y"]),
        ("His seizure is likely to need treatment.", [""]),
        ("As long as he is not having a seizure he can go.", ["y"]),
        ("It must have been a seizure.", ["y"]),
    ],
)
def test_what_is_taken_for_granted_holds_and_what_is_said_of_a_kind_or_foreseen_is_no_fact(
    text: str, expected: list[str]
) -> None:
    assert statuses(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The seizure was in fact a faint.", ["w"]),
        ("The 'seizure' was a prank.", ["w"]),
        ("Reported as a seizure, in fact a faint.", ["w"]),
        ("He was joking when he said he had a seizure.", ["w"]),
        ("Line re seizure is incorrect.", ["w"]),
        ("He was mistaken for a doctor and had a seizure.", [""]),
        ("The seizure was in the kitchen.", [""]),
    ],
)
def test_what_it_was_in_fact_takes_back_what_it_was_called(text: str, expected: list[str]) -> None:
    assert statuses(text) == expected


@pytest.mark.parametrize(
    ("text", "hypothetical", "historical"),
    [
        ("He tied a ligature round his neck but was stopped.", False, False),
        ("She made a noose but was stopped by staff.", False, False),
        ("She said she would end it all.", True, False),
        ("He wants to end it all.", True, False),
        ("He wants to end his life.", True, False),
        ("Last night he tried to end it all.", False, False),
        ("He tried to end it all in 2012.", False, True),
    ],
)
def test_an_attempt_that_was_stopped_was_made_and_one_that_is_wanted_was_not(
    text: str, hypothetical: bool, historical: bool
) -> None:
    rows = [row for row in read([text]).to_pylist() if row["concept"] == "suicide_attempt"]
    assert [(row["hypothetical"], row["historical"]) for row in rows] == [(hypothetical, historical)]


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Seizures, with his aunt interpreting.", "subject"),
        ("With his mother interpreting, seizures were ruled in.", "subject"),
        ("Seen with mum fortnightly for seizures.", "subject"),
        ("Seen with dad, seizures today.", "subject"),
        ("Last seen with a friend who had a seizure.", "associate"),
        # A word that no rule knows says nothing of who is only there.
        ("With his mother tipsy, seizures followed.", "mother"),
        ("With his mother drunk, seizures followed.", "mother"),
    ],
)
def test_who_is_only_there_is_told_by_words_of_being_there(text: str, about: str) -> None:
    assert read_detail([text], LEXICON)["about"].to_pylist() == [about]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("denies 14:32 any seizure", ["n"]),
        ("HE WAS NOT [14:02] HAVING A SEIZURE", ["n"]),
        ("MALE DENIES 1405HRS ANY SEIZURE 1410HRS FEMALE HAS SEIZURE", ["n", ""]),
        ("12:01 no weapons 12:04 seizure", [""]),
        ("NO SIGN\r\nOF A SEIZURE", ["n"]),
        ("MALE WAS NOT\nHAVING A SEIZURE", ["n"]),
        ("NO WEAPONS\nSEIZURE ON ARRIVAL", [""]),
        ("neg seizures", ["n"]),
        ("? seizure", ["y"]),
    ],
)
def test_log_style_is_read_as_it_is_meant(text: str, expected: list[str]) -> None:
    assert statuses(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She had a seizure. Correction: date of birth is 12/03/1990.", [""]),
        ("She had a seizure. DOB should read 12/03/1990.", [""]),
        ("She had a seizure. Disregard last entry.", ["w"]),
        ("Correction: no seizure.", ["nw"]),
        ("Typed stroke in error, should read seizure.", [""]),
        ("MALE LYING IN ROAD, SEIZURE", [""]),
        ("He is withdrawn in class and has seizures.", [""]),
        ("She withdrew cash, then had a seizure.", [""]),
        ("She has withdrawn her account of the seizure.", ["w"]),
        ("The report of a seizure was withdrawn.", ["w"]),
        ("She was withdrawn and had a seizure.", [""]),
    ],
)
def test_a_correction_takes_back_what_it_names(text: str, expected: list[str]) -> None:
    assert statuses(text) == expected


@pytest.mark.parametrize(
    ("text", "found", "not_found"),
    [
        ("He took an OD last night.", "suicide_attempt", None),
        ("Sertraline 50mg OD.", None, "suicide_attempt"),
        ("LAC child, placed in Stafford.", "in_care", None),
        ("3cm LAC to left forehead.", None, "in_care"),
        ("Subject to SHO.", "sexual_abuse", None),
        ("Seen by SHO in A&E.", None, "sexual_abuse"),
        ("Taken into PPO by police.", "police_protection", None),
        ("PPO nominal, known burglar.", None, "police_protection"),
        ("Arrested for S47.", "physical_abuse", None),
        ("S.47 enquiry started.", None, "physical_abuse"),
        ("Section 47 strategy meeting held.", None, "physical_abuse"),
        ("HX OF DV.", "domestic_abuse", None),
        ("MH ISSUES.", "mental_ill_health", None),
        ("MISPER FROM PLACEMENT.", "going_missing", None),
    ],
)
def test_short_forms_are_told_apart_by_the_words_beside_them(
    text: str, found: str | None, not_found: str | None
) -> None:
    assert found is None or found in concepts(text)
    assert not_found not in concepts(text)


@pytest.mark.parametrize(
    ("text", "concept", "negated"),
    [
        ("He was intoxucated.", "alcohol_misuse", False),  # the key beside
        ("A smell of cannabus.", "drug_misuse", False),  # a vowel that sounds alike
        ("He has taken an overdoze.", "suicide_attempt", False),  # s and z
        ("Whithout any sign of cocaine.", "drug_misuse", False),  # a letter too many is not guessed
        ("Withoit any sign of cocaine.", "drug_misuse", True),  # in a cue
        ("She denyed using heroin.", "drug_misuse", True),
    ],
)
def test_one_letter_in_the_place_of_another_is_read(text: str, concept: str, negated: bool) -> None:
    rows = [row for row in read([text]).to_pylist() if row["concept"] == concept]
    assert [row["negated"] for row in rows] == [negated]


def test_a_slip_that_is_a_word_or_could_be_two_is_not_read() -> None:
    assert find_slips(["parent"]).get("patent") is None  # t lies beside r, and it is a word
    assert "patent" in read_real_words()
    slips = find_slips(["stated", "states"])
    assert "state" not in slips
    assert find_slips(["statef", "stated"]).get("stater") is None  # one key from both
    # Short words have too many neighbours.
    assert find_slips(["violent", "drunk"]).get("viopent") == "violent"
    assert "drumk" not in find_slips(["violent", "drunk"])


@pytest.mark.parametrize(
    "text",
    [
        "The man who raped her was a delivery driver.",
        "The man who assaulted him was a window cleaner.",
        "Victim of assault, the suspect was identified as a postman.",
        "He beat her with a stick, the weapon was a broom handle.",
        "She was beaten and the weapon was an umbrella.",
        "The weapon he stabbed her with was a pen.",
        "The animal that bit her was a dog.",
        "The rapist was her stepdad. His job is a window cleaner.",
        "The man who strangled her was in fact a police officer.",
        "The man who hit her was really a toy maker.",
        "She keeps thinking of the rape.",
        "She has thoughts about the abuse.",
        "She has nightmares about the abuse.",
        "Her drinking would account for the injuries.",
        "She locked the door to stop him hitting her again.",
        "Her story of rape was replaced by fear.",
        "In her story she was raped by her uncle.",
    ],
)
def test_what_was_done_stands_whoever_did_it_and_however_it_is_told(text: str) -> None:
    rows = read([text]).to_pylist()
    assert rows
    assert not [row for row in rows if row["withdrawn"] or row["hypothetical"] or row["negated"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # "No" denies the noun and its list to the "or", whatever was said before it …
        ("Skin dry, no rash, seizures, or purpura.", ["n"]),
        ("Medical: no known seizures.", ["n"]),
        ("Pain in the chest, no known seizures.", ["n"]),
        ("Seizures, no known asthma.", [""]),
        ("He has no coat, no shoes, a seizure on the stairs and looks hungry or cold.", [""]),
        ("No injuries, no complaints, seizures and he may or may not stay.", [""]),
        # … and nothing that stands against it, that it was to explain, or from which something does not come.
        ("No fever despite the seizure.", [""]),
        ("No visits in spite of the seizures.", [""]),
        ("No injury to explain the seizure.", [""]),
        ("No injuries from the seizure.", [""]),
        ("No weapons at the seizure.", [""]),
        ("No concerns from the school about seizures.", ["n"]),
        ("No swelling around the eye or seizures.", ["n"]),
        ("No fever in a patient with seizures.", [""]),
        ("No growth on culture, and seizures persisted.", [""]),
        ("No fever, bilateral seizures.", [""]),
        # Who is not able to do a thing does not do it; what stands behind another verb is there.
        ("She was unable to seizure.", ["n"]),
        ("He was unable to stop the seizure.", [""]),
        ("She was unable to protect him from the seizures.", [""]),
        ("Unable to say who had the seizure.", [""]),
        ("Non-seizure.", ["n"]),
        ("Non-fatal seizure.", [""]),
        # What is without its like has happened.
        ("He has never had a seizure like this before.", [""]),
        ("He has not had a seizure or anything like that.", ["n"]),
        # Who is not convinced supposes; a thing with "the" is there.
        ("I am not convinced that this is a seizure.", ["y"]),
        ("I am not sure the seizure is real.", [""]),
        ("I understand that he had a seizure.", [""]),
        ("His story does not correlate with the seizure.", [""]),
    ],
)
def test_a_denial_in_a_report_takes_its_thing_and_leaves_what_is_taken_for_granted(
    text: str, expected: list[str]
) -> None:
    assert statuses(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A history ends at a denial, a new subject with its verb, a test of now, or the comma behind "status post".
        ("History of asthma, no seizures.", ["n"]),
        ("History of neglect, no food in the house, seizures today.", [""]),
        ("History of asthma without seizures.", ["n"]),
        ("A history of falls, and seizures were seen.", [""]),
        ("History of falls and seizures.", ["h"]),
        ("He has a history of violence and left seizures behind.", [""]),
        ("History: fall. Evaluate for seizures.", ["y"]),
        ("S/p fall, seizures.", [""]),
        ("S/p seizure and fall.", ["h"]),
        ("S/p seizure tonight.", [""]),
        ("S/p seizure 2003, here today.", ["h"]),
        ("H/o left seizure.", ["h"]),
        ("Seizures, history of asthma.", [""]),
        ("Seizures and history of asthma.", [""]),
        ("History: seizures for three days.", [""]),
        ("The history is that of seizures.", [""]),
        ("She has a recent history of seizures.", [""]),
        # What a test showed at another time is past; what is compared with that time is of now.
        ("The previous scan (2011) showed a seizure.", ["h"]),
        ("The previous visit showed a seizure.", [""]),
        ("No change since the scan of 2011: seizures persist.", [""]),
        ("Seizures as seen previously.", [""]),
        ("The previously seen seizure is unchanged.", [""]),
        ("He had a seizure in 1990 and is stable.", ["h"]),
        ("The seizure, probably old.", ["h"]),
        ("The man whose seizure we saw is thought to be very old.", [""]),
        ("The seizure has only partly healed.", [""]),
        ("The seizure has not yet healed.", [""]),
        ("His seizures have been stable since the last visit.", [""]),
        # What is done, come with or asked for now is no supposition by itself.
        ("Seizures with exercise.", [""]),
        ("Training exercise, seizures reported.", ["y"]),
        ("She was admitted for evaluation of seizures.", [""]),
        ("Scan for evaluation of seizures.", ["y"]),
        ("Seizures, cultures pending.", [""]),
        ("Seizure assessment pending.", ["y"]),
        ("Told to come back should he not sleep or if the seizures return.", ["y"]),
    ],
)
def test_the_past_of_a_report_ends_where_it_speaks_of_now(text: str, expected: list[str]) -> None:
    assert statuses(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # "Left" is a side unless somebody left something.
        ("She has left arm seizures.", [""]),
        ("He denies fever, left arm seizures, or rash.", ["n"]),
        ("Without left seizures.", ["n"]),
        ("She has since left the seizure.", ["h"]),
        ("No right seizures.", ["n"]),
        ("No food and seizures seen.", [""]),
        # A degree asserts, but as an item of a list up to ", or".
        ("No fever, severe seizures, or rash.", ["n"]),
        ("No fever, severe seizures.", [""]),
        ("No fever, severe seizures on the left or right.", [""]),
        ("No significant past history other than seizures.", ["h"]),
        ("No drugs other than seizures.", [""]),
        ("Seizures on presentation.", [""]),
        ("Seizure presentation in assembly.", ["y"]),
        ("He was referred for seizures.", [""]),
        ("To follow up for seizures in one week.", [""]),
    ],
)
def test_words_that_are_a_side_a_degree_or_a_visit_are_read_as_such(text: str, expected: list[str]) -> None:
    assert statuses(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What a line says last it says of what it names last.
        ("Seizures, fracture not seen.", [""]),
        ("Seizures in bed, murmur absent.", [""]),
        ("Seizures, tumour ruled out.", [""]),
        ("Child with seizures, abuse was excluded.", [""]),
        ("Seizures seen by a teacher, abuse denied.", [""]),
        ("Seizures with fever absent.", [""]),
        ("Seizures and vomiting, rash none.", [""]),
        ("Seizures, injuries nil.", [""]),
        ("Seizures, stroke in 1998.", [""]),
        ("Seizures, abuse cannot be excluded.", [""]),
        # A list that "and" closes, one of short items, and a comma right before the denial reach back.
        ("Seizures, itching and swelling not seen.", ["n"]),
        ("Seizures, itching, and swelling were denied.", ["n"]),
        ("Seizures, cough, chills denied.", ["n"]),
        ("Seizures, as before, not seen.", ["n"]),
        ("Seizures, theft and burglary in 2010.", ["h"]),
        # A negative test is not what made somebody ask for it.
        ("Child with seizures and a negative survey.", [""]),
        ("Seizures with negative enzymes.", [""]),
        ("Seizures, cultures negative.", [""]),
        ("Seizures, drug screen neg.", [""]),
        ("Seizures neg.", ["n"]),
        ("Seizure screen negative.", ["n"]),
        ("He gave a negative seizure test.", ["n"]),
        ("I cannot attribute her seizures to the fall.", [""]),
    ],
)
def test_what_a_line_says_last_it_says_of_what_it_names_last(text: str, expected: list[str]) -> None:
    assert statuses(text) == expected
