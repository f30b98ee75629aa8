"""How does free text come about? Sentences are chosen, filled and joined, and the place of every statement is kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from headwater.synthetic.phrases import ABOUT, CONCEPTS, OF_OTHERS, SLOT, STATUSES, Sentences
from headwater.synthetic.population import NOBODY

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]
Bools = NDArray[np.bool_]

PLAIN, MISSPELT, SHORT = 0, 1, 2
AT_ONCE = 400_000
"""Sentences written in one run."""

_MISSPELT = {
    "received": "recieved", "their": "thier", "which": "wich", "because": "becuase", "believed": "beleived",
    "separate": "seperate", "address": "adress", "occurred": "occured", "definitely": "definately", "friend": "freind",
    "with": "wiht", "said": "siad", "and": "adn", "officer": "offcier", "partner": "parnter", "attended": "atended",
    "threatened": "threatend", "aggressive": "agressive", "arguing": "argueing", "until": "untill", "school": "shcool",
    "about": "abuot", "house": "hosue", "living": "livign", "reported": "reprted", "children": "childern",
}  # fmt: skip
_SHORT = {
    "officers": "offs", "address": "add", "information": "info", "vehicle": "veh", "witness": "wit", "approximately": "approx",
    "regarding": "re", "incident": "inc", "social worker": "SW", "social services": "SS", "children's services": "CSC",
    "telephone": "tel", "female": "F", "and": "&", "with": "w/", "years old": "yo", "appointment": "appt",
    "ambulance": "ambo", "hospital": "hosp", "received": "recd", "tonight": "2nite", "because": "bcos", "domestic": "dom",
    "unknown": "u/k", "returned": "rtnd", "patrol": "ptl", "location": "loc", "member of the public": "MOP",
}  # fmt: skip

WHO_WORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # about -> (words for a man, words for a woman)
    "mother": (("mum",), ("mum", "mother", "the mother", "mum", "birth mother", "mother")),
    "father": (("dad", "father", "the father", "dad", "birth father"), ("dad",)),
    "parent": (("a parent", "one of the parents"), ("a parent", "one of the parents")),
    "step_parent": (
        ("step-dad", "stepfather", "mum's partner", "mum's boyfriend", "the step-father"),
        ("step-mum", "stepmother", "dad's partner", "dad's girlfriend"),
    ),
    "partner": (("the partner", "the boyfriend", "the husband"), ("the partner", "the girlfriend", "the wife")),
    "ex_partner": (("the ex-partner", "the former partner", "the ex-husband"), ("the ex-partner", "the ex-wife")),
    "sibling": (("the older brother", "the brother", "one brother"), ("the older sister", "the sister")),
    "child": (("the son", "the child", "the lad", "the boy"), ("the daughter", "the child", "the girl")),
    "grandparent": (("grandad", "the grandfather"), ("nan", "the grandmother", "nanny")),
    "relative": (("an uncle", "the uncle", "a cousin"), ("an aunt", "the aunt", "a cousin")),
    "unknown": (
        ("a male", "an unknown male", "a man at the address"),
        ("a female", "an unknown female", "a woman there"),
    ),
    "subject": (("the male", "the male party"), ("the female", "the female party")),
    "household": (
        ("an adult in the home", "another adult in the house", "somebody in the household"),
        ("an adult in the home", "another adult in the house", "somebody in the household"),
    ),
}


@dataclass
class Written:
    """Finished texts: one row per narrative (event, field), and one row per statement."""

    event: Ints
    field: Ints
    text: pl.Series
    mentions: pl.DataFrame


class Pen:
    """Turns rows of chosen sentences into texts. Holds every word that a slot can be filled with."""

    def __init__(self, sentences: Sentences, given: Texts, sex: Ints, streets: Texts, shops: Texts) -> None:
        self.sentences = sentences
        self._sex = sex
        count = len(sentences.literals)
        words: list[str] = list(sentences.literals)
        words += [_respell(text, _MISSPELT) for text in sentences.literals]
        words += [_respell(text, _SHORT) for text in sentences.literals]
        self._literals = count
        self._who: dict[tuple[int, int], tuple[int, int]] = {}
        self._at: dict[str, int] = {}

        def keep(name: str, texts: list[str]) -> None:
            self._at[name] = len(words)
            words.extend(texts)

        for number, about in enumerate(ABOUT):
            for code in (0, 1):
                texts = list(WHO_WORDS.get(about, (("a person",), ("a person",)))[code])
                self._who[number, code] = (len(words), len(texts))
                words.extend(texts)
                words.extend(text[:1].upper() + text[1:] for text in texts)
        keep("they", ["he", "she"])
        keep("They", ["He", "She"])
        keep("them", ["him", "her"])
        keep("their", ["his", "her"])
        keep("time", [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(1440)])
        keep("clock", [f"{minute // 60:02d}:{minute % 60:02d}:" for minute in range(1440)])
        keep("second", [f"{second:02d} " for second in range(60)])
        keep("operator", [f"OP{number} " for number in range(300, 500)])
        keep("num", [str(number) for number in range(2, 60)])
        keep("space", [" ", "\n", "", "\n\n", ". "])
        towns = [
            "Leicester",
            "Derby",
            "Stoke",
            "Manchester",
            "Bristol",
            "Nottingham",
            "London",
            "Telford",
            "Redditch",
            "Worcester",
        ]
        keep("town", towns)
        self._towns = len(towns)
        keep("shop", [str(name) for name in shops.tolist()])
        self._shops = len(shops)
        self._at["name"] = len(words)
        self._at["street"] = len(words) + len(given)
        self._words = pl.concat(
            [
                pl.Series(words, dtype=pl.String),
                pl.Series(given.tolist(), dtype=pl.String),
                pl.Series(streets.tolist(), dtype=pl.String),
            ]
        )
        self._first = np.array(sentences.first, dtype=np.int64)
        self._count = np.array(sentences.count, dtype=np.int64)
        self._piece_literal = np.array(sentences.piece_literal, dtype=np.int64)
        self._piece_slot = np.array(sentences.piece_slot, dtype=np.int64)
        self._piece_mark = np.array(sentences.piece_mark, dtype=np.int64)

    def write_all(self, said: pl.DataFrame, rng: np.random.Generator) -> Written:
        """Write the texts of `said` in runs of whole texts, so that memory stays the same however large the force."""
        event = said["event"].to_numpy()
        parts: list[Written] = []
        low = 0
        while low < len(said):
            high = min(low + AT_ONCE, len(said))
            # Go on to the end of the event.
            high = int(np.searchsorted(event, event[high - 1], side="right"))
            parts.append(self.write(said.slice(low, high - low), rng))
            low = high
        return Written(
            np.concatenate([part.event for part in parts]),
            np.concatenate([part.field for part in parts]),
            pl.concat([part.text for part in parts]),
            pl.concat([part.mentions for part in parts]),
        )

    def write(self, said: pl.DataFrame, rng: np.random.Generator) -> Written:
        """Write the texts of `said`: one row per sentence with event, field, order, tid, about, about_person, named,
        sex (of whom it speaks), elsewhere, place (address), minute, style, upper, log.

        Rows must be sorted by event, field, order. Everything of one text shares style, upper and log.
        """
        size = len(said)
        tid = said["tid"].to_numpy()
        event = said["event"].to_numpy()
        field = said["field_no"].to_numpy()
        fresh = np.ones(size, dtype=bool)
        fresh[1:] = (event[1:] != event[:-1]) | (field[1:] != field[:-1])
        text_of = np.cumsum(fresh) - 1
        log = said["log"].to_numpy()
        about = said["about"].to_numpy()
        about_person = said["about_person"].to_numpy()
        sex = said["sex"].to_numpy()
        minute = said["minute"].to_numpy() % 1440
        position = np.arange(size) - np.flatnonzero(fresh)[text_of]

        # Pieces before each sentence: a log line begins with time and operator, prose with a blank.
        ahead = np.where(log, 4, 1)
        total = ahead + self._count[tid]
        row = np.repeat(np.arange(size), total)
        begin = np.cumsum(total) - total
        within = np.arange(len(row)) - begin[row]
        lead = within < ahead[row]
        piece = self._first[tid][row] + np.maximum(within - ahead[row], 0)
        literal = self._piece_literal[piece]
        slot = np.where(lead, -2, self._piece_slot[piece])
        mark = np.where(lead, -1, self._piece_mark[piece])
        style = said["style"].to_numpy()[row]
        index = literal + style * self._literals

        random = rng.integers(0, 1 << 30, size)
        space = self._at["space"]
        gap = np.where(fresh, 2, np.where(log, 1, 0))
        clock = (minute + position * 3 + random % 2) % 1440
        operator = (said["event"].to_numpy() * 7 + position // 2) % 200
        for number, values in enumerate(
            (space + gap, self._at["clock"] + clock, self._at["second"] + random % 60, self._at["operator"] + operator)
        ):
            here = lead & (within == number)
            index[here] = values[row[here]]

        who = np.zeros(size, dtype=np.int64)
        length = np.ones(size, dtype=np.int64)
        for (code, code_sex), (start, length_of) in self._who.items():
            here = (about == code) & (sex == code_sex)
            who[here] = start + random[here] % length_of
            length[here] = length_of
        named = said["named"].to_numpy() & (about_person >= 0)
        who_name = self._at["name"] + np.maximum(about_person, 0)
        subject = said["subject"].to_numpy()
        subject_sex = np.where(subject >= 0, self._sex[np.maximum(subject, 0)], sex)
        fillers = {
            "who": np.where(named, who_name, who),
            "Who": np.where(named, who_name, who + length),
            "they": self._at["they"] + sex,
            "They": self._at["They"] + sex,
            "them": self._at["them"] + sex,
            "their": self._at["their"] + sex,
            "she": self._at["they"] + subject_sex,
            "She": self._at["They"] + subject_sex,
            "him": self._at["them"] + subject_sex,
            "his": self._at["their"] + subject_sex,
            "name": self._at["name"] + np.maximum(subject, 0),
            "street": self._at["street"] + np.maximum(said["place"].to_numpy(), 0),
            "time": self._at["time"] + (minute + 1440 - random % 50) % 1440,
            "num": self._at["num"] + random % 7,
            "age": self._at["num"] + np.clip(said["age"].to_numpy() - 2, 0, 57),
            "shop": self._at["shop"] + random % max(self._shops, 1),
            "town": self._at["town"] + random % self._towns,
        }
        for name, values in fillers.items():
            here = slot == SLOT[name]
            index[here] = values[row[here]]

        words = self._words.gather(pl.Series(index))
        ends = begin + total
        closing = np.flatnonzero(np.append(fresh[1:], True))
        offsets = np.concatenate([[0], ends[closing]])
        # The words lie one behind the other in one buffer: a text is a longer slice of the same bytes.
        whole = words.to_arrow().cast(pa.large_string())
        at_byte = np.frombuffer(whole.buffers()[1], dtype=np.int64)[: len(words) + 1]
        text = pl.from_arrow(
            pa.LargeStringArray.from_buffers(
                len(closing), pa.py_buffer(np.ascontiguousarray(at_byte[offsets])), whole.buffers()[2]
            )
        )
        assert isinstance(text, pl.Series)
        upper = said["upper"].to_numpy()[fresh]
        lower = said["lower"].to_numpy()[fresh]
        text = pl.select(
            pl.when(pl.Series(upper))
            .then(text.str.to_uppercase())
            .when(pl.Series(lower))
            .then(text.str.to_lowercase())
            .otherwise(text)
        ).to_series()

        lengths = words.str.len_chars().to_numpy().astype(np.int64)
        upto = np.cumsum(lengths)
        base = np.concatenate([[0], upto])[offsets[:-1]]
        marked = np.flatnonzero(mark >= 0)
        owner = row[marked]
        firsts = np.ones(len(marked), dtype=bool)
        firsts[1:] = (owner[1:] != owner[:-1]) | (mark[marked][1:] != mark[marked][:-1])
        lasts = np.append(firsts[1:], True) if len(marked) else firsts
        said_row = owner[firsts]
        start = upto[marked[firsts]] - lengths[marked[firsts]] - base[text_of[said_row]]
        end = upto[marked[lasts]] - base[text_of[said_row]]
        return Written(
            event[fresh], field[fresh], text, self._describe(said, said_row, piece[marked[firsts]], start, end)
        )

    def _describe(self, said: pl.DataFrame, rows: Ints, piece: Ints, start: Ints, end: Ints) -> pl.DataFrame:
        """What each statement says, as the truth's table of mentions."""
        tid = said["tid"].to_numpy()[rows]
        concept = np.array(self.sentences.piece_concept, dtype=np.int64)[piece]
        status = np.array(self.sentences.piece_status, dtype=np.int64)[piece]
        fixed = np.array(self.sentences.about, dtype=np.int64)[tid]
        about = np.where(fixed >= 0, fixed, said["about"].to_numpy()[rows])
        others = np.isin(status, [STATUSES.index(name) for name in OF_OTHERS])
        person = np.where(others, NOBODY, said["about_person"].to_numpy()[rows])
        elsewhere = said["elsewhere"].to_numpy()[rows]
        # A sentence that says of nobody in particular is of the subject of the text.
        of_nobody = (fixed < 0) & ~np.array(self.sentences.names_whom)[tid]
        about = np.where(of_nobody & ~others, ABOUT.index("subject"), about)
        person = np.where(of_nobody & ~others, said["subject"].to_numpy()[rows], person)
        elsewhere = (elsewhere & ~of_nobody) | others
        status_names = np.array(STATUSES, dtype=object)[status]
        about_names = np.array(ABOUT, dtype=object)[about]
        away = (status == 0) & elsewhere
        trap = np.where(away, "lives_elsewhere", status_names)
        real = (status == 0) & ~away
        return pl.DataFrame(
            {
                "event": said["event"].to_numpy()[rows],
                "field_no": said["field_no"].to_numpy()[rows],
                "start": start,
                "end": end,
                "concept": pl.Series(np.array(CONCEPTS, dtype=object)[concept].tolist(), dtype=pl.String),
                "negated": status == STATUSES.index("negated"),
                "historical": status == STATUSES.index("historical"),
                "hypothetical": status == STATUSES.index("hypothetical"),
                "withdrawn": status == STATUSES.index("withdrawn"),
                "experiencer": pl.Series(
                    np.where(np.isin(about_names, ["subject", "household"]), "subject", "other").tolist(),
                    dtype=pl.String,
                ),
                "about": pl.Series(about_names.tolist(), dtype=pl.String),
                "elsewhere": elsewhere,
                "about_person": person,
                "is_trap": ~real,
                "trap": pl.Series(np.where(real, None, trap).tolist(), dtype=pl.String),
            }
        )


def _respell(text: str, changes: dict[str, str]) -> str:
    """A literal with some of its words respelt (whole words only)."""
    padded = f" {text} "
    for word, other in changes.items():
        for before in (" ",):
            for after in (" ", ",", "."):
                padded = padded.replace(f"{before}{word}{after}", f"{before}{other}{after}")
    return padded[1:-1]
