"""How do imperfect systems write people down? Names, dates, numbers and addresses with the faults of real records."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from headwater.synthetic.customs import rewrite_by_custom
from headwater.synthetic.ledger import CUSTODY, INTELLIGENCE, MISSING, NOTICE
from headwater.synthetic.names import ORIGINS, draw_given, read_words
from headwater.synthetic.population import END_DAY, NOBODY, START, People
from headwater.synthetic.residence import Addresses, Stays

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
"""Letters of the check in a PNC id: the number made of two year digits and seven serial digits, modulo 23."""

#                      crime  calls  cust.  miss.  notice intel. child.
TYPO = np.array([0.012, 0.024, 0.005, 0.009, 0.013, 0.020, 0.008])
NICKNAME = np.array([0.025, 0.08, 0.012, 0.04, 0.04, 0.07, 0.03])
OTHER_SPELLING = np.array([0.06, 0.09, 0.04, 0.06, 0.07, 0.09, 0.05])
SWAPPED = np.array([0.004, 0.008, 0.003, 0.005, 0.005, 0.010, 0.004])
NO_DATE = np.array([0.010, 0.062, 0.002, 0.010, 0.028, 0.055, 0.004])
DEFAULT_DATE = np.array([0.013, 0.016, 0.008, 0.008, 0.016, 0.028, 0.006])
WRONG_DATE = np.array([0.014, 0.026, 0.006, 0.010, 0.016, 0.026, 0.007])
NO_ADDRESS = np.array([0.04, 0.07, 0.03, 0.01, 0.03, 0.20, 0.01])
OLD_ADDRESS = np.array([0.04, 0.02, 0.10, 0.02, 0.04, 0.15, 0.10])
NOMINAL = np.array([0.62, 0.0, 0.88, 0.62, 0.38, 0.50, 0.0])
PNC_SEEN = np.array([0.50, 0.0, 0.93, 0.30, 0.0, 0.35, 0.0])


@dataclass
class Identifiers:
    """Numbers that systems give to people."""

    pnc: Texts
    nominal: Ints
    second_nominal: Ints
    """NOBODY for the many who hold one number."""
    notice_nominal: Ints


def number_people(people: People, detained: Ints, rng: np.random.Generator) -> Identifiers:
    """PNC ids for those ever detained, local numbers for all; one in twenty holds two, very few share another's."""
    count = len(people)
    year = 2012 + (people.born // 365.25).astype(np.int64) + rng.integers(13, 30, count)
    year = np.clip(year, 1972, 2016)
    serial = rng.permutation(count) * 8 + 1001 + rng.integers(0, 8, count)
    check = np.array(list(CHECK_LETTERS), dtype=object)[((year % 100) * 10_000_000 + serial) % 23]
    digits = np.char.zfill(serial.astype(str), 7).astype(object)
    pnc = year.astype(str).astype(object) + "/" + digits + check
    seen = np.zeros(count, dtype=bool)
    seen[detained] = True
    pnc = np.where(seen, pnc, "").astype(object)
    nominal = 1_000_000 + rng.permutation(count) * 3
    second = np.where(rng.random(count) < 0.05, nominal + 1, NOBODY)
    merged = np.flatnonzero(rng.random(count) < 0.0015)
    nominal[merged] = nominal[rng.integers(0, count, len(merged))]
    return Identifiers(pnc, nominal, second, 500_000 + rng.permutation(count))


def write_down(
    involved: pl.DataFrame, people: People, stays: Stays, addresses: Addresses, lsoa: Texts, numbers: Identifiers,
    rng: np.random.Generator, customs: np.random.Generator,
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """Person records as the systems hold them, and the faults made: (records, faults).

    `involved` has one row per person in an event with source, minute, person, role; returns it with the columns given,
    middle, family, alias, dob (date or null), sex, ethnicity, pnc, nominal, phone, line, postcode, uprn, lsoa,
    premises, protected.
    """
    count = len(involved)
    source = involved["source"].to_numpy()
    person = involved["person"].to_numpy()
    minute = involved["minute"].to_numpy()
    role = np.array(involved["role"].to_list(), dtype=object)
    day = minute // 1440
    faults: list[tuple[str, Bools]] = []

    def hit(chance: Floats | float) -> Bools:
        result: Bools = rng.random(count) < chance
        return result

    # The person who rings or stands by is asked less closely than the one whom it is about.
    casual = np.isin(
        role, ["CALLER", "INVOLVED", "SUSPECT", "INFORMANT", "OTHER_ADULT", "PARTNER", "WIT", "ASSOCIATE", "PARENT1"]
    )
    care = np.where(casual, 1.25, 0.8)
    # Faults come together: one record in ten was taken in haste.
    care = care * np.where(rng.random(count) < 0.1, 4.6, 0.6)

    given, middle, family = people.given[person], people.middle[person], people.family[person]
    earlier = (people.renamed[person] > day) & (people.previous_family[person] != "")
    family = np.where(earlier, people.previous_family[person], family)
    married = (people.previous_family[person] != "") & ~earlier
    maiden = married & hit(np.where(people.renamed[person] > 0, 0.12, 0.03))
    family = np.where(maiden, people.previous_family[person], family)
    faults.append(("maiden_name", maiden))

    # Some always go by a short form, and say so; the court and custody want the name on the birth certificate.
    variants = read_words("variants")
    nick = hit(NICKNAME[source] * care) & np.isin(given, list(variants["nicknames"]))
    given = _vary(given, nick, variants["nicknames"], rng)
    faults.append(("nickname", nick))
    cp1252 = np.isin(source, [CUSTODY, INTELLIGENCE])
    for which in ("given", "family"):
        names = given if which == "given" else family
        other = hit(OTHER_SPELLING[source] * care) & np.isin(names, list(variants["transliterations"]))
        changed = _vary(names, other, variants["transliterations"], rng)
        # The two older systems cannot hold every letter.
        plain = np.array([name.encode("cp1252", "ignore").decode("cp1252") == name for name in changed.tolist()])
        other &= plain | ~cp1252
        changed = np.where(plain | ~cp1252, changed, names)
        faults.append(("transliteration", other))
        typo = hit(TYPO[source] * care)
        changed = _mistype(changed, typo, rng)
        faults.append(("typo", typo))
        if which == "given":
            given = changed
        else:
            family = changed
    false_name = (source == CUSTODY) & hit(0.012)
    alias_given = draw_given(rng, people.origin[person], people.sex[person], 2012 + people.born[person] // 365)
    alias = np.where((source == CUSTODY) & hit(0.05), alias_given + " " + family, "").astype(object)
    alias = np.where(false_name, given + " " + family, alias).astype(object)
    given = np.where(false_name, alias_given, given)
    faults.append(("alias", false_name))
    swapped = hit(SWAPPED[source] * care)
    given, family = np.where(swapped, family, given), np.where(swapped, given, family)
    faults.append(("swapped_names", swapped))
    given, asked, family, by_custom = rewrite_by_custom(
        given, middle, family, people.origin[person], people.sex[person], customs
    )
    faults.append(("naming_custom", by_custom))
    middle = np.where(hit(np.where(np.isin(source, [CUSTODY, MISSING]), 0.7, 0.35)), asked, "").astype(object)

    birth = START + people.born[person]
    none = hit(NO_DATE[source] * np.where(casual, 1.35, 0.6) * care)
    default = ~none & hit(DEFAULT_DATE[source] * care)
    wrong = ~none & ~default & hit(WRONG_DATE[source] * care)
    dob, swapped_date = _misdate(birth, wrong, rng)
    unknown_day = default & hit(0.6)
    years = birth.astype("datetime64[Y]")
    dob = np.where(default, np.datetime64("1900-01-01"), dob)
    dob = np.where(unknown_day, years.astype("datetime64[D]"), dob)

    # Numbers.
    has_nominal = hit(NOMINAL[source]) & ~((source == MISSING) & (role == "INFORMANT"))
    second = (numbers.second_nominal[person] >= 0) & hit(0.5)
    own = np.where(second, numbers.second_nominal[person], numbers.nominal[person]).astype(str).astype(object)
    notices = "V" + numbers.notice_nominal[person].astype(str).astype(object)
    nominal = np.where(has_nominal, np.where(np.isin(source, [MISSING, NOTICE]), notices, own), "").astype(object)
    accused = np.isin(role, ["SUS", "OFF", "DETAINED", "MISSING", "SUBJECT", "ASSOCIATE"])
    shown = accused & hit(PNC_SEEN[source]) & (numbers.pnc[person] != "")
    pnc = np.where(shown, numbers.pnc[person], "").astype(object)
    short = shown & hit(0.25)
    pnc = np.where(short, _shorten(pnc), pnc).astype(object)

    # Where the person lives, as far as the system knows.
    row = stays.find(person, day)
    old = hit(OLD_ADDRESS[source])
    before = np.maximum(row - 1, 0)
    usable = old & (stays.person[before] == person) & (stays.address[before] != stays.address[row])
    row = np.where(usable, before, row)
    faults.append(("old_address", usable))
    address = stays.address[row]
    hidden = hit(NO_ADDRESS[source] * care)
    # Nobody could join a bare common name: such a record keeps its date of birth.
    bare = none & hidden & (nominal == "") & (pnc == "")
    none &= ~(bare & hit(0.95))
    faults.append(("missing_dob", none))
    faults.append(("default_dob", default))
    faults.append(("swapped_day_month", swapped_date))
    faults.append(("wrong_dob", wrong & ~swapped_date))
    faults.append(("missing_address", hidden))
    line, misnumbered = _write_lines(
        addresses.line[address], ~hidden & hit(0.015 * care), ~hidden & hit(0.3), ~hidden & hit(0.15), rng
    )
    faults.append(("wrong_address", misnumbered))
    no_postcode = hit(0.05)
    no_uprn = hit(np.array([0.3, 0.15, 0.45, 0.4, 0.35, 1.0, 0.3])[source]) | misnumbered
    premises = addresses.premises[address]
    code = np.array([PREMISES[name] for name in premises.tolist()], dtype=object)
    code = np.where(hit(np.where(np.isin(premises, ["house", "flat"]), 0.45, 0.3)), "", code).astype(object)
    phone = np.where(
        np.isin(role, ["CALLER", "VICTIM"]) & hit(0.75),
        "07700900" + np.char.zfill(person.astype(str), 7).astype(object),
        "",
    )

    def keep(values: Texts, lost: Bools) -> list[str]:
        return list(np.where(lost, "", values).tolist())

    records = involved.with_columns(
        given=pl.Series(given.tolist(), dtype=pl.String),
        middle=pl.Series(middle.tolist(), dtype=pl.String),
        family=pl.Series(family.tolist(), dtype=pl.String),
        alias=pl.Series(alias.tolist(), dtype=pl.String),
        dob=pl.when(pl.Series(none)).then(None).otherwise(pl.Series(dob.astype("datetime64[D]"))),
        sex=pl.Series(np.where(hit(0.02), "", np.where(people.sex[person] == 1, "F", "M")).tolist(), dtype=pl.String),
        ethnicity=pl.Series(_say_ethnicity(people.origin[person], rng).tolist(), dtype=pl.String),
        pnc=pl.Series(pnc.tolist(), dtype=pl.String),
        nominal=pl.Series(nominal.tolist(), dtype=pl.String),
        phone=pl.Series(phone.tolist(), dtype=pl.String),
        address=pl.Series(np.where(hidden, NOBODY, address)),
        line=pl.Series(keep(line, hidden), dtype=pl.String),
        postcode=pl.Series(keep(addresses.postcode[address], hidden | no_postcode), dtype=pl.String),
        uprn=pl.Series(keep(addresses.uprn[address], hidden | no_uprn), dtype=pl.String),
        lsoa=pl.Series(keep(lsoa[addresses.area[address]], hidden | hit(0.2)), dtype=pl.String),
        premises=pl.Series(keep(code, hidden), dtype=pl.String),
        protected=pl.Series(
            np.where(hidden, "", np.where(addresses.protected[address], "Y", np.where(hit(0.5), "N", ""))).tolist(),
            dtype=pl.String,
        ),
    )
    made = [
        pl.DataFrame(
            {"row": np.flatnonzero(mask), "fault": [name] * int(mask.sum())},
            schema={"row": pl.Int64, "fault": pl.String},
        )
        for name, mask in faults
    ]
    return records, pl.concat(made).sort("row", "fault")


PREMISES = {
    "house": "HOUSE", "flat": "FLAT", "hmo": "HMO", "hostel": "HOSTEL", "refuge": "REFUGE", "care_home": "CARE_HOME",
    "unknown": "",
}  # fmt: skip

_ETHNICITY = np.array([code for _, code in ORIGINS.values()], dtype=object)


def _say_ethnicity(origin: Ints, rng: np.random.Generator) -> Texts:
    """Self-defined ethnicity: as usual for the origin, one in six not stated, a few otherwise."""
    roll = rng.random(len(origin))
    said = np.where(roll < 0.14, "NS", np.where(roll < 0.17, "", np.where(roll < 0.19, "W9", _ETHNICITY[origin])))
    result: Texts = said.astype(object)
    return result


def _vary(names: Texts, rows: Bools, variants: dict[str, str], rng: np.random.Generator) -> Texts:
    """Names with those of `rows` in another form, where there is one."""
    changed = names.copy()
    places = np.flatnonzero(rows)
    dice = rng.integers(0, 1 << 16, len(places))
    for place, number in zip(places.tolist(), dice.tolist(), strict=True):
        forms = variants[changed[place]].split()
        changed[place] = forms[number % len(forms)]
    return changed


def _mistype(names: Texts, rows: Bools, rng: np.random.Generator) -> Texts:
    """Names with a slip of the finger or the ear in those of `rows`: a letter lost, doubled, exchanged or misheard."""
    changed = names.copy()
    places = np.flatnonzero(rows)
    dice = rng.integers(0, 1 << 30, (len(places), 3))
    near = {
        "a": "e",
        "e": "i",
        "i": "e",
        "o": "a",
        "u": "o",
        "m": "n",
        "n": "m",
        "s": "z",
        "c": "k",
        "k": "c",
        "y": "i",
        "d": "t",
        "t": "d",
        "b": "p",
    }
    for place, (kind, where, _) in zip(places.tolist(), dice.tolist(), strict=True):
        name = changed[place]
        if len(name) < 4:
            changed[place] = name + name[-1].lower()
            continue
        at = 1 + where % (len(name) - 2)
        if kind % 4 == 0:
            changed[place] = name[:at] + name[at + 1 :]
        elif kind % 4 == 1:
            changed[place] = name[:at] + name[at] + name[at:]
        elif kind % 4 == 2:
            changed[place] = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        else:
            changed[place] = name[:at] + near.get(name[at], "e") + name[at + 1 :]
    return changed


def _misdate(
    birth: NDArray[np.datetime64], wrong: Bools, rng: np.random.Generator
) -> tuple[NDArray[np.datetime64], Bools]:
    """Dates of birth with those of `wrong` off: day and month exchanged where that gives a date, else one part off."""
    dob = birth.astype("datetime64[D]").copy()
    year = dob.astype("datetime64[Y]").astype(int) + 1970
    month = dob.astype("datetime64[M]").astype(int) % 12 + 1
    day = (dob - dob.astype("datetime64[M]")).astype(int) + 1
    swap = wrong & (day <= 12) & (day != month) & (rng.random(len(dob)) < 0.6)
    dob[swap] = [
        np.datetime64(f"{y:04d}-{d:02d}-{m:02d}") for y, m, d in zip(year[swap], month[swap], day[swap], strict=True)
    ]
    rest = np.flatnonzero(wrong & ~swap)
    kind = rng.integers(0, 3, len(rest))
    shift = np.where(rng.random(len(rest)) < 0.5, 1, -1)
    size = np.select([kind == 0, kind == 1], [rng.choice([1, 2, 9, 10], len(rest)), np.full(len(rest), 365)], 30)
    dob[rest] = dob[rest] + shift * size
    last = START + END_DAY
    dob = np.minimum(dob, last)
    return dob, swap


def _shorten(pnc: Texts) -> Texts:
    """The short way to write a PNC id: two digits of the year, no leading noughts."""
    return np.array([f"{text[2:4]}/{text[5:].lstrip('0')}" if text else "" for text in pnc.tolist()], dtype=object)


def _write_lines(
    line: Texts, misnumber: Bools, shorten: Bools, upper: Bools, rng: np.random.Generator
) -> tuple[Texts, Bools]:
    """Address lines as clerks write them: abbreviated, in capitals, the flat forgotten or the number wrong."""
    short = {
        " Road": " Rd",
        " Street": " St",
        " Avenue": " Ave",
        " Close": " Cl",
        " Lane": " Ln",
        " Drive": " Dr",
        " Crescent": " Cres",
        " Gardens": " Gdns",
        " Terrace": " Tce",
    }
    series = pl.Series(line.tolist(), dtype=pl.String)
    shortened = series
    for word, other in short.items():
        shortened = shortened.str.replace(word + "$", other)
    shortened = shortened.str.replace("^Flat ", "Fl ")
    written = pl.select(pl.when(pl.Series(shorten)).then(shortened).otherwise(series)).to_series()
    written = pl.select(pl.when(pl.Series(upper)).then(written.str.to_uppercase()).otherwise(written)).to_series()
    result = np.array(written.to_list(), dtype=object)
    places = np.flatnonzero(misnumber)
    dice = rng.integers(1, 9, len(places))
    done = np.zeros(len(line), dtype=bool)
    for place, number in zip(places.tolist(), dice.tolist(), strict=True):
        words = result[place].split(", ")
        if len(words) > 1 and words[0][:2].lower() == "fl" and number < 5:
            result[place] = ", ".join(words[1:])
            done[place] = True
            continue
        parts = words[-1].split(" ")
        if parts[0].isdigit():
            parts[0] = str(int(parts[0]) + 2 * number)
            result[place] = ", ".join([*words[:-1], " ".join(parts)])
            done[place] = True
    return result, done
