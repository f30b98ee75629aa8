"""Which young people do the records say to have met two kinds of adversity? pandas, recordlinkage and medspaCy, without Headwater.

    python search_with_pandas.py EXPORTS OUT --as-of 2017-03-31 [--processes 2] [--reading usual | lean | lean-once]

What a capable analyst would script today for the same job: read the exports, clean them, join records into people
(recordlinkage: blocks, Jaro-Winkler, ECM without labels), make households of those who share an address at one time, read the
narratives (medspaCy: target rules and ConText), gather kinds of adversity for each child with joins, apply the rule, and write
a list of packages as HTML and JSON. It is written for speed as such a script would be: vectorised, each distinct record
compared once, texts in batches, by several processes. It knows nothing of Headwater but the meaning of the exports.

It does less than the search that it stands beside, because a script of an afternoon would: no protective
factors (school, a trusted adult, a service that is engaged), no separation of parents; households
from shared addresses alone, not from stated relationships; no exclusions (an open plan, a death) and no teams; no withheld names or
addresses; rows that break are skipped without a reason; no role of a person or place of residence in a mention, no queue of doubtful pairs;
one list in place of a page for each package with its timeline; nothing that a later night could go on from. What it leaves out makes it faster.

Narratives are read in one of three ways. `usual`: the pipeline that `medspacy.load()` gives, as its documentation shows it, and
every text read. `lean`: a pipeline put together by hand of nothing but what the job needs. `lean-once`: the same, and each
distinct text read once. Made-up narratives repeat themselves, which real ones do not, so that the last says little about a force.
Writes OUT/packages.json, OUT/packages.html and OUT/seconds.json (seconds by stage).
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import re
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import medspacy
import pandas as pd
import recordlinkage
import spacy
from loguru import logger
from medspacy.ner import TargetRule
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

DAYS = pd.Timedelta(days=1)
PERSON = [
    "record",
    "event",
    "role",
    "forename",
    "surname",
    "dob",
    "sex",
    "pnc",
    "line",
    "postcode",
    "premises",
    "relation",
]
NO_HOME = {"HOSTEL", "HMO", "REFUGE", "CARE_HOME", "PRISON", "HOSPITAL", "NO_FIXED"}
CROWDED = 12

TERMS = {
    "domestic_abuse": """domestic violence; domestic abuse; domestic incident; domestic assault; partner hit her; partner struck her;
        hit his partner; hit her partner; assaulted his partner; assaulted her partner; partner assaulted; beats her; hits her; hit mum; hits mum;
        violent to her; violent relationship; abusive relationship; controlling behaviour; coercive control; violent partner; strangled her;
        punched her; slapped her; dv""",
    "alcohol": """drunk; intoxicated; drinking heavily; drinks heavily; alcoholic; alcohol dependent; alcohol misuse; alcohol problem; smelt of alcohol;
        smelled of alcohol; smells of alcohol; under the influence of alcohol; drink problem; been drinking; heavy drinker""",
    "drugs": """cocaine; heroin; crack; drug use; drug user; uses drugs; using drugs; drug misuse; drug dependent; cannabis; methadone; addict; addicted;
        spice; smoking cannabis; class a drugs; needles; overdosed on heroin""",
    "mental": """depression; depressed; anxiety; schizophrenia; bipolar; psychosis; psychotic; mental health; paranoid; hearing voices; sectioned;
        section 136; self harm; self-harm; personality disorder; mentally unwell""",
    "suicide": """suicide; suicidal; overdose; took an overdose; tried to kill herself; tried to kill himself; attempted suicide; tried to hang; end her life;
        end his life; kill herself; kill himself; jump from""",
    "prison": """in prison; sent to prison; in custody; sentenced to; serving a sentence; released from prison; jailed; in jail; hmp; on remand; remanded""",
    "physical": """hit him; hit the child; hit me; hits me; hits him; slapped him; slapped the child; bruise; bruises; bruising; beaten; smacked; kicked him;
        punched him; burnt him; physical abuse; unexplained injury; cigarette burn; black eye""",
    "sexual": """sexual abuse; sexually abused; sexually assaulted; raped; touched inappropriately; inappropriate touching; sexual assault; indecent""",
    "emotional": """emotional abuse; called worthless; humiliated; belittled; screamed at; threatened to leave; verbally abused; unwanted; frightened of""",
    "neglect": """neglect; neglected; no food; unfed; dirty clothes; filthy; left alone; home alone; unkempt; hungry; not fed; no bedding; head lice;
        unsupervised; house was dirty; missed appointments""",
    "bereavement": """bereavement; bereaved; mother died; father died; mum died; dad died; death of his; death of her; passed away; lost his; lost her;
        died last; funeral""",
    "exploitation": """county lines; exploited; exploitation; groomed; grooming;
        cse; older men; older males; gifts from; running drugs; debt bondage; cuckooed""",
    "homeless": """homeless; sofa surfing;
        temporary accommodation; evicted; eviction; hostel; refuge; no fixed abode; sleeping rough""",
    "care": """in care; foster care; foster carer; looked after child; children's home; care order""",
    "bullying": """bullied; bullying; bullies; picked on""",
    "violence": """carried a knife; stabbed; stabbing; gang; knife; machete""",
}
"""Phrases by kind: those that somebody who knows the work would write down in an afternoon."""

BOXES = {
    "DV": "domestic_abuse", "ALC": "substance", "DRUG": "substance", "MH": "mental", "PHYS": "physical", "SEX": "sexual",
    "EMOTIONAL": "emotional", "NEGLECT": "neglect", "HOUSING": "homeless", "CSE": "exploitation", "CCE": "exploitation",
}  # fmt: skip
OF_THE_HOME = {"domestic_abuse", "substance", "mental", "suicide", "prison"}
CRIMES = {"11A": "neglect", "17B": "sexual", "20B": "sexual", "8N": "physical", "5D": "physical", "105A": "physical"}
PLANS = {"CP_NEGLECT": "neglect", "CP_PHYSICAL": "physical", "CP_SEXUAL": "sexual", "CP_EMOTIONAL": "emotional"}
TITLES = {"substance": "Substance misuse in the home", "domestic_abuse": "Domestic abuse in the home"}


def read_table(folder: Path, pattern: str, **how: Any) -> pd.DataFrame:
    """All files of a kind, the newest version of each row."""
    files = sorted(folder.glob(pattern))
    frames = [
        pd.read_csv(path, dtype=str, keep_default_na=False, on_bad_lines="skip", quotechar='"', **how) for path in files
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def days(written: pd.Series, form: str) -> pd.Series:
    """Days and times as they are written in one form; what has another is none."""
    return pd.to_datetime(written, format=form, errors="coerce")


def newest(frame: pd.DataFrame, number: str) -> pd.DataFrame:
    """Of each number the rows of the highest version, once."""
    version = pd.to_numeric(frame["VERSION"], errors="coerce").fillna(1)
    return frame[version == version.groupby(frame[number]).transform("max")].drop_duplicates()


def read_lines(folder: Path, pattern: str) -> list[dict[str, Any]]:
    """JSON objects of all files of a kind, one a line or one list a file, the newest version of each."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob(pattern)):
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8", errors="replace") as handle:
            rows = json.load(handle) if ".jsonl" not in path.name else [row for line in handle if (row := parse(line))]
        for row in rows:
            number = isinstance(row, dict) and (row.get("log") or row.get("ref"))
            if number and row.get("version", 1) >= found.get(number, row).get("version", 1):
                found[number] = row
    return list(found.values())


def parse(line: str) -> dict[str, Any] | None:
    """One line of JSON, None when it is broken."""
    try:
        row: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    return row


def read_all(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """People (one row a naming), events and narratives of all sources, in the same columns; intelligence is left out."""
    people: list[pd.DataFrame] = []
    events: list[pd.DataFrame] = []
    texts: list[pd.DataFrame] = []

    def add(prefix: str, frame: pd.DataFrame, number: str, suffix: Any, columns: dict[str, str]) -> pd.DataFrame:
        made = pd.DataFrame({name: frame.get(column, "") for name, column in columns.items()}, index=frame.index)
        made["event"] = prefix + ":" + frame[number]
        made["record"] = made["event"] + suffix
        people.append(made.reindex(columns=PERSON, fill_value=""))
        return made

    crime = newest(read_table(folder, "crime_*.csv", encoding="utf-8-sig"), "CRIME_NO")
    add("crime", crime, "CRIME_NO", ":" + crime["PERSON_SEQ"], {
        "role": "ROLE", "forename": "FORENAMES", "surname": "SURNAME", "dob": "DOB", "sex": "SEX", "pnc": "PNC_ID", "line": "ADDRESS",
        "postcode": "POSTCODE", "premises": "ADDRESS_TYPE", "relation": "REL_TO_VICTIM"})  # fmt: skip
    once = crime.drop_duplicates("CRIME_NO")
    events.append(pd.DataFrame({
        "event": "crime:" + once["CRIME_NO"], "kind": "crime", "on": days(
            once["COMMITTED_FROM"].where(once["COMMITTED_FROM"] != "", once["REPORTED_AT"]), "%d/%m/%Y %H:%M"),
        "code": once["HO_CODE"], "marks": once["FLAGS"], "status": once["STATUS"], "outcome": once["OUTCOME"]}))  # fmt: skip
    texts.append(
        pd.DataFrame({"event": "crime:" + once["CRIME_NO"], "record": "", "text": once["MO_TEXT"], "voice": False})
    )

    custody = newest(read_table(folder, "custody_*.csv", encoding="cp1252"), "CUSTODY_NO")
    add("custody", custody, "CUSTODY_NO", "", {
        "forename": "FORENAME", "surname": "SURNAME", "dob": "DOB", "sex": "SEX", "pnc": "PNC_ID", "line": "ADDRESS_LINE",
        "postcode": "POSTCODE", "premises": "ADDRESS_TYPE"})  # fmt: skip
    people[-1]["role"] = "DETAINED"
    events.append(pd.DataFrame({
        "event": "custody:" + custody["CUSTODY_NO"], "kind": "custody", "on": days(custody["ARRIVED"].str.title(), "%d-%b-%Y %H:%M"),
        "code": custody["COURT_RESULT"], "marks": custody["MARKERS"], "status": "", "outcome": custody["DISPOSAL"]}))  # fmt: skip
    texts.append(
        pd.DataFrame(
            {
                "event": "custody:" + custody["CUSTODY_NO"],
                "record": "custody:" + custody["CUSTODY_NO"],
                "text": custody["DETENTION_NOTES"],
                "voice": False,
            }
        )
    )

    missing = newest(read_table(folder, "missing_*.csv", encoding="utf-8-sig"), "MISPER_ID")
    name = missing["FULL_NAME"].str.rsplit(" ", n=1, expand=True).reindex(columns=[0, 1]).fillna("")
    teller = missing["INFORMANT_NAME"].str.rsplit(" ", n=1, expand=True).reindex(columns=[0, 1]).fillna("")
    missing = missing.assign(ONE=name[0], TWO=name[1], T1=teller[0], T2=teller[1])
    add("missing", missing, "MISPER_ID", ":missing", {
        "forename": "ONE", "surname": "TWO", "dob": "DOB", "sex": "SEX", "pnc": "PNC_ID", "line": "HOME_ADDRESS",
        "postcode": "POSTCODE", "premises": "PREMISES"})  # fmt: skip
    people[-1]["role"] = "MISSING"
    told = missing[missing["INFORMANT_NAME"] != ""]
    add(
        "missing",
        told,
        "MISPER_ID",
        ":informant",
        {"forename": "T1", "surname": "T2", "dob": "INFORMANT_DOB", "relation": "INFORMANT_RELATIONSHIP"},
    )
    people[-1]["role"] = "INFORMANT"
    events.append(pd.DataFrame({
        "event": "missing:" + missing["MISPER_ID"], "kind": "missing", "on": pd.to_datetime(missing["REPORTED_AT"], errors="coerce"), "code": missing["HARM"],
        "marks": "", "status": missing["STATUS"], "outcome": ""}))  # fmt: skip
    for column, voice in (("CIRCUMSTANCES", False), ("RETURN_INTERVIEW", True)):
        texts.append(
            pd.DataFrame(
                {
                    "event": "missing:" + missing["MISPER_ID"],
                    "record": "missing:" + missing["MISPER_ID"] + ":missing",
                    "text": missing[column],
                    "voice": voice,
                }
            )
        )

    council = newest(read_table(folder, "childrens_services_*.csv", sep=";", encoding="utf-8-sig"), "FACT_REF")
    add("childrens_services", council, "FACT_REF", "", {
        "forename": "FORENAME", "surname": "SURNAME", "dob": "DOB", "sex": "GENDER", "line": "ADDRESS", "postcode": "POSTCODE"})  # fmt: skip
    people[-1]["role"] = "SUBJECT"
    events.append(pd.DataFrame({
        "event": "childrens_services:" + council["FACT_REF"], "kind": "council", "on": days(council["START"], "%d/%m/%Y"),
        "code": council["TYPE"], "marks": council["FACT"], "status": "", "outcome": council["END"]}))  # fmt: skip

    rows, logs, words = [], [], []
    for log in read_lines(folder, "incidents_*.jsonl*"):
        event = f"command_and_control:{log['log']}"
        marks = "|".join(log.get("qualifiers") or [])
        logs.append(
            (event, "incident", log.get("opened"), log.get("type_closing") or "", marks, "", log.get("result") or "")
        )
        words.append((event, "", log.get("running_log") or "", False))
        for who in log.get("people") or []:
            surname, _, forename = (who.get("name") or "").partition(", ")
            home = who.get("address") or {}
            rows.append(
                (
                    f"{event}:{who['seq']}",
                    event,
                    who.get("role"),
                    forename,
                    surname,
                    who.get("dob"),
                    who.get("sex"),
                    "",
                    home.get("line"),
                    home.get("postcode"),
                    home.get("premises"),
                    "",
                )
            )
    for notice in read_lines(folder, "protection_notices_*.json"):
        event = f"protection_notice:{notice['ref']}"
        logs.append(
            (
                event,
                "notice",
                notice.get("created"),
                notice.get("grade") or "",
                "|".join(notice.get("boxes") or []),
                notice.get("status") or "",
                "",
            )
        )
        words += [
            (event, f"{event}:1", notice.get("narrative") or "", False),
            (event, f"{event}:1", notice.get("voice") or "", True),
        ]
        for who in notice.get("people") or []:
            home = who.get("address") or (notice.get("address") if who.get("lives_here") else None) or {}
            rows.append(
                (
                    f"{event}:{who['no']}",
                    event,
                    who.get("role"),
                    who.get("forename"),
                    who.get("surname"),
                    who.get("dob"),
                    who.get("sex"),
                    "",
                    home.get("line"),
                    home.get("postcode"),
                    home.get("premises"),
                    who.get("to_child"),
                )
            )
    people.append(pd.DataFrame(rows, columns=PERSON))
    parts = pd.DataFrame(logs, columns=["event", "kind", "on", "code", "marks", "status", "outcome"])
    parts["on"] = pd.to_datetime(parts["on"], errors="coerce", format="mixed")
    events.append(parts)
    texts.append(pd.DataFrame(words, columns=["event", "record", "text", "voice"]))
    every = pd.concat(events, ignore_index=True).drop_duplicates("event")
    every["on"] = every["on"].dt.normalize()
    every = every[every["status"].str.upper() != "CANCELLED"]
    narratives = pd.concat(texts, ignore_index=True)
    return (
        clean(pd.concat(people, ignore_index=True).drop_duplicates("record")),
        every,
        narratives[narratives["text"].str.len() > 0],
    )


def clean(people: pd.DataFrame) -> pd.DataFrame:
    """Names in small letters, dates of birth as dates, addresses with the usual words spelled one way."""
    people = people.fillna("")
    for column in ("forename", "surname"):
        plain = people[column].str.normalize("NFKD").str.encode("ascii", "ignore").str.decode("ascii").str.lower()
        people[column] = plain.str.replace(r"[^a-z ]", "", regex=True).str.strip()
    people["forename"] = people["forename"].str.split(" ").str[0]
    dob = people["dob"].astype(str).str.strip()
    iso = pd.to_datetime(dob, format="%Y-%m-%d", errors="coerce")
    for form in ("%d/%m/%Y", "%d-%b-%Y", "%Y%m%d"):
        iso = iso.fillna(pd.to_datetime(dob.str.title(), format=form, errors="coerce"))
    people["dob"] = iso
    people["sex"] = people["sex"].str[:1].str.upper().where(lambda sex: sex.isin(["M", "F"]), "")
    people["postcode"] = people["postcode"].str.upper().str.replace(" ", "", regex=False)
    line = people["line"].str.lower().str.replace(r"[^a-z0-9 ]", " ", regex=True)
    for short, long in (
        ("rd", "road"),
        ("st", "street"),
        ("ave", "avenue"),
        ("av", "avenue"),
        ("cl", "close"),
        ("dr", "drive"),
        ("ln", "lane"),
        ("fl", "flat"),
        ("flt", "flat"),
    ):
        line = line.str.replace(rf"\b{short}\b", long, regex=True)
    people["line"] = line.str.replace(r"\s+", " ", regex=True).str.strip()
    people["home"] = (people["line"] + "|" + people["postcode"]).where(
        (people["line"] != "") & (people["postcode"] != ""), ""
    )
    return people


def link(people: pd.DataFrame) -> pd.Series:
    """A number for the person behind each record: distinct records compared in blocks, ECM, connected components."""
    keys = ["forename", "surname", "dob", "sex", "pnc", "line", "postcode"]
    distinct = people[keys].drop_duplicates().reset_index(drop=True)
    frame = distinct.assign(
        birth=distinct["dob"].dt.strftime("%Y-%m-%d"),
        day=distinct["dob"].dt.strftime("%m-%d"),
        year=distinct["dob"].dt.strftime("%Y"),
    )
    frame = frame.drop(columns="dob").replace("", None)
    index = recordlinkage.Index()
    for block in (
        ["surname", "birth"],
        ["forename", "birth"],
        ["pnc"],
        ["forename", "surname", "year"],
        ["forename", "line", "postcode"],
        ["postcode", "birth"],
    ):
        index.block(block)
    pairs = index.index(frame)
    same = recordlinkage.Compare()
    same.string("forename", "forename", method="jarowinkler", threshold=0.88, label="forename")
    same.string("surname", "surname", method="jarowinkler", threshold=0.88, label="surname")
    for column in ("birth", "day", "year", "sex", "pnc", "line", "postcode"):
        same.exact(column, column, label=column)
    features = same.compute(pairs, frame)
    found = recordlinkage.ECMClassifier(binarize=0.5).fit_predict(features)
    # The classifier knows nothing of dates that cannot be one person's, or of brothers and sisters: what an analyst adds by hand.
    agreed = features.loc[found]
    kept = agreed[
        (agreed["forename"] == 1)
        & ((agreed["surname"] == 1) | (agreed["birth"] == 1))
        & ((agreed["birth"] == 1) | (agreed["day"] == 1) | (agreed["line"] == 1) | (agreed["pnc"] == 1))
    ]
    left, right = kept.index.get_level_values(0), kept.index.get_level_values(1)
    graph = coo_array(([1] * len(kept), (left, right)), shape=(len(frame), len(frame)))
    labels = pd.Series(connected_components(graph, directed=False)[1])
    return people[keys].merge(distinct.assign(person=labels), on=keys, how="left")["person"].set_axis(people.index)


def births(people: pd.DataFrame) -> pd.Series:
    """For each person the date of birth that most of the records give."""
    counted = people.groupby(["person", "dob"]).size().rename("times").reset_index().sort_values("times")
    return counted.drop_duplicates("person", keep="last").set_index("person")["dob"]


def households(people: pd.DataFrame) -> pd.DataFrame:
    """Pairs (person, other) with the days between which both are written down at one address, a year around each statement."""
    homes = people[(people["home"] != "") & ~people["premises"].isin(NO_HOME)]
    crowded = homes.groupby("home")["surname"].nunique()
    homes = homes[~homes["home"].isin(crowded.index[crowded >= CROWDED])]
    stays = homes.groupby(["person", "home"])["on"].agg(["min", "max"]).reset_index()
    stays["begin"], stays["end"] = stays["min"] - 365 * DAYS, stays["max"] + 365 * DAYS
    both = stays.merge(stays, on="home", suffixes=("", "_other"))
    both = both[
        (both["person"] != both["person_other"])
        & (both["begin"] <= both["end_other"])
        & (both["begin_other"] <= both["end"])
    ]
    return pd.DataFrame({
        "person": both["person"], "other": both["person_other"], "begin": both[["begin", "begin_other"]].max(axis=1),
        "end": both[["end", "end_other"]].min(axis=1),
    })  # fmt: skip


def open_reader(reading: str) -> Any:
    """medspaCy with the terms: as it comes, or of nothing but what is needed here."""
    if reading == "usual":
        nlp = medspacy.load()
    else:
        nlp = spacy.blank("en")
        nlp.add_pipe("sentencizer")
        nlp.add_pipe("medspacy_target_matcher")
        nlp.add_pipe("medspacy_context")
    nlp.get_pipe("medspacy_target_matcher").add(
        [TargetRule(" ".join(term.split()), kind.upper()) for kind, terms in TERMS.items() for term in terms.split(";")]
    )
    return nlp


def read_texts(texts: pd.DataFrame, processes: int, reading: str) -> pd.DataFrame:
    """One row a mention that is affirmed: kind, and whether ConText says that it is about somebody of the family."""
    logger.remove()
    nlp = open_reader(reading)
    distinct = texts["text"].drop_duplicates() if reading == "lean-once" else texts["text"]
    rows: list[tuple[str, str, bool]] = []
    if processes == 1:
        for text, doc in zip(
            distinct, nlp.pipe((re.sub(r"\s+", " ", text.lower()) for text in distinct), batch_size=256), strict=True
        ):
            rows += [
                (text, ent.label_.lower(), bool(ent._.is_family))
                for ent in doc.ents
                if not (ent._.is_negated or ent._.is_historical or ent._.is_hypothetical)
            ]
    else:
        # The same texts go to the same process.
        part = pd.factorize(texts["text"])[0] % processes
        parts = [texts[part == number] for number in range(processes)]
        with ProcessPoolExecutor(processes) as pool:
            read = pool.map(read_texts, parts, [1] * processes, [reading] * processes)
            return pd.concat(read, ignore_index=True)
    found = pd.DataFrame(rows, columns=["text", "kind", "family"])
    found["kind"] = found["kind"].replace({"alcohol": "substance", "drugs": "substance"})
    return texts.merge(found.drop_duplicates(), on="text")


def gather(people: pd.DataFrame, events: pd.DataFrame, homes: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """One row for each child, kind and event: what was found, whether it is statutory."""
    parts = people[["record", "event", "role", "relation", "person"]].merge(events, on="event")
    born = births(people)
    parts["born"] = parts["person"].map(born)
    parts["child"] = (parts["on"] >= parts["born"]) & (parts["on"] < parts["born"] + pd.DateOffset(years=18))
    found: list[pd.DataFrame] = []

    def add(rows: pd.DataFrame, kind: Any, statutory: Any = False) -> None:
        found.append(
            pd.DataFrame(
                {
                    "person": rows["person"],
                    "kind": kind,
                    "event": rows["event"],
                    "on": rows["on"],
                    "statutory": statutory,
                }
            )
        )

    children = parts[parts["child"]]
    of_child = children[children["role"].isin(["VIC", "VICTIM", "CHP", "CHILD", "SUBJECT", "MISSING"])]
    domestic = (
        ((parts["kind"] == "crime") & parts["marks"].str.contains(r"\bDA\b", regex=True))
        | ((parts["kind"] == "incident") & parts["marks"].str.contains(r"\b606\b", regex=True))
    )  # fmt: skip
    add(of_child[domestic.loc[of_child.index]], "domestic_abuse")
    council = of_child[of_child["kind"] == "council"]
    planned = council[council["code"].isin(PLANS)]
    add(planned, planned["code"].map(PLANS), True)
    add(council[council["marks"] == "CARE"], "care", True)
    add(council[council["code"] == "PERMANENT"], "exclusion")
    crimes = of_child[(of_child["kind"] == "crime") & of_child["role"].isin(["VIC"])]
    abused = crimes[crimes["code"].isin(["11A", "17B", "20B"])]
    add(abused, abused["code"].map(CRIMES), abused["outcome"] == "1")
    hurt = crimes[crimes["code"].isin(["8N", "5D", "105A"])]
    by_parent = parts[
        (parts["role"].isin(["SUS", "OFF"])) & parts["relation"].isin(["FATHER", "MOTHER", "STEP-PARENT"])
    ]["event"]
    add(hurt[hurt["event"].isin(by_parent)], "physical")
    done = children[
        (children["kind"] == "crime") & children["role"].isin(["SUS", "OFF"]) & children["code"].isin(["5D", "34B"])
    ]
    add(done, "violence")
    boxes = of_child[(of_child["kind"] == "notice") & (of_child["role"] == "SUBJECT")]
    ticked = boxes.assign(kind=boxes["marks"].str.split("|")).explode("kind")
    ticked["kind"] = ticked["kind"].map(BOXES)
    ticked = ticked.dropna(subset=["kind"]).reset_index(drop=True)
    add(ticked[ticked["kind"].isin(OF_THE_HOME | {"exploitation"})], ticked["kind"])
    away = of_child[(of_child["kind"] == "missing") & (of_child["role"] == "MISSING")].sort_values("on")
    third = away[(away["on"] - away.groupby("person")["on"].shift(2)) <= 90 * DAYS]
    add(third, "missing")

    # What is known of the grown-ups of the home on that day.
    at_home = parts.merge(homes, left_on="person", right_on="other", suffixes=("_grown", ""))
    at_home = at_home[(at_home["on"] >= at_home["begin"]) & (at_home["on"] <= at_home["end"])]
    at_home["born"] = at_home["person"].map(born)
    at_home = at_home[
        (at_home["on"] >= at_home["born"])
        & (at_home["on"] < at_home["born"] + pd.DateOffset(years=18))
        & ~at_home["child"]
    ]
    marked = ((at_home["kind"] == "crime") & at_home["marks"].str.contains(r"\bDA\b", regex=True)) | (
        (at_home["kind"] == "incident") & at_home["marks"].str.contains(r"\b606\b", regex=True)
    )
    add(at_home[marked & at_home["role"].isin(["VIC", "SUS", "OFF", "VICTIM", "SUSPECT"])], "domestic_abuse")
    held = at_home[at_home["kind"] == "custody"]
    add(held[held["code"] == "IMPRISONMENT"], "prison")
    add(held[held["marks"].str.contains("ALC_DEP|DRUG_DEP|ALC_INTOX|DRUG_POS", regex=True)], "substance")
    add(held[held["marks"].str.contains("MH_SEEN")], "mental")

    # What the words of a record say: about the child where the child is in it, about the home where a grown-up of the home is.
    said = (
        mentions[["event", "record", "kind", "voice"]]
        .rename(columns={"kind": "said", "record": "of"})
        .drop_duplicates()
    )
    child_said = of_child[["person", "event", "on", "record"]].merge(said, on="event")
    child_said = child_said[
        (child_said["of"] == "") | (child_said["of"] == child_said["record"]) | child_said["said"].isin(OF_THE_HOME)
    ]
    add(child_said, child_said["said"])
    home_said = at_home[["person", "event", "on", "record"]].merge(said[said["said"].isin(OF_THE_HOME)], on="event")
    home_said = home_said[home_said["of"] == home_said["record"]]
    add(home_said, home_said["said"])
    return pd.concat(found, ignore_index=True).dropna(subset=["on"]).drop_duplicates(["person", "kind", "event"])


def apply_rule(found: pd.DataFrame, born: pd.Series, as_of: pd.Timestamp) -> pd.DataFrame:
    """The rows of everybody under 25 who has two kinds from two events within 24 months, the newer within 36, or a statutory one within 24."""
    found = found[(found["on"] <= as_of) & (found["on"] >= as_of - pd.DateOffset(months=72))]
    young = born[born > as_of - pd.DateOffset(years=25)].index
    found = found[found["person"].isin(young)]
    urgent = found[found["statutory"] & (found["on"] >= as_of - pd.DateOffset(months=24))]["person"]
    # A window begins at each row: of every other kind the row that follows it soonest is enough.
    pairs = found.merge(found, on="person", suffixes=("", "_next"))
    apart = (pairs["on_next"] - pairs["on"]).dt.days
    met = pairs[
        (apart >= 0)
        & (apart <= 730)
        & (pairs["kind"] != pairs["kind_next"])
        & (pairs["event"] != pairs["event_next"])
        & (pairs["on_next"] >= as_of - pd.DateOffset(months=36))
    ]["person"]
    return found[found["person"].isin(set(urgent) | set(met))]


def write(out: Path, found: pd.DataFrame, people: pd.DataFrame, as_of: pd.Timestamp) -> int:
    """The list as JSON and HTML; returns how many packages."""
    wanted = people[people["person"].isin(found["person"].unique())]
    records = wanted.groupby("person")["record"].agg(list)
    first = wanted.sort_values("on").groupby("person")[["forename", "surname", "dob", "line", "postcode"]].last()
    packages = []
    for person, rows in found.sort_values("on", ascending=False).groupby("person"):
        who = first.loc[person]
        packages.append({
            "name": f"{who['forename']} {who['surname']}".title(), "born": str(who["dob"])[:10], "home": f"{who['line']}, {who['postcode']}",
            "evidence": [{"kind": kind, "on": str(on)[:10], "event": event} for kind, on, event in zip(rows["kind"], rows["on"], rows["event"], strict=True)],
            "records": records.loc[person],
        })  # fmt: skip
    (out / "packages.json").write_text(json.dumps(packages, indent=1), encoding="utf-8")
    parts = [
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>Packages</title><h1>Packages as of {as_of:%d %B %Y}</h1>"
    ]
    for package in packages:
        parts.append(
            f"<h2>{html.escape(package['name'])}</h2><p>Born {package['born']}, {html.escape(package['home'])}</p><ul>"
        )
        parts += [
            f"<li>{item['on']} {TITLES.get(item['kind'], item['kind'])}: {html.escape(item['event'])}</li>"
            for item in package["evidence"]
        ]
        parts.append("</ul>")
    (out / "packages.html").write_text("\n".join(parts), encoding="utf-8")
    return len(packages)


def main() -> None:
    """Run all stages; print how many packages."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("exports", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--as-of", required=True)
    parser.add_argument("--processes", type=int, default=1, help="processes that read the narratives")
    parser.add_argument(
        "--reading", choices=("usual", "lean", "lean-once"), default="usual", help="how narratives are read"
    )
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    as_of = pd.Timestamp(chosen.as_of)
    seconds: dict[str, float] = defaultdict(float)
    begun = time.perf_counter()

    def lap(stage: str) -> None:
        nonlocal begun
        now = time.perf_counter()
        seconds[stage] = round(now - begun, 2)
        begun = now

    people, events, texts = read_all(chosen.exports)
    lap("read")
    people["person"] = link(people)
    people["on"] = people["event"].map(events.set_index("event")["on"])
    lap("link")
    homes = households(people)
    lap("households")
    mentions = read_texts(texts, chosen.processes, chosen.reading)
    lap("narratives")
    found = gather(people, events, homes, mentions)
    born = births(people)
    found = apply_rule(found, born, as_of)
    lap("rules")
    count = write(chosen.out, found, people, as_of)
    lap("write")
    (chosen.out / "seconds.json").write_text(json.dumps(seconds), encoding="utf-8")
    json.dump(
        {
            "packages": count,
            "records": len(people),
            "people": int(people["person"].nunique()),
            "narratives": len(texts),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
