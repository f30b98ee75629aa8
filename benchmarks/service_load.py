"""How fast does the service answer when many work at once? 200 agencies, 5,000 users, 200,000 cases, 5 million lines of timelines.

    python benchmarks/service_load.py                                 (half an hour and 10 GB of disk)
    python benchmarks/service_load.py --cases 5000 --minutes 0.3      (does it run?)

The service runs as `headwater serve` runs it, with the settings of a real installation (TLS ends at a proxy, second factor). Fifty
signed-in users each ask for a page every five seconds at random, among the most used; then eight ask without a pause, which gives the
capacity. Bars: p95 of each page 150 ms, no error, a first visit of 150 kB. All of it is made up.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import random
import re
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from machine import describe_machine
from processor import look
from service_fill import fill

EVERY, BAR_MS, BAR_KB = 5.0, 150, 150
BEHIND_PROXY = {"X-Forwarded-Proto": "https", "Accept-Encoding": "gzip"}
NAMES = ("Smith", "Khan", "Jones", "Begum", "Singh", "Patel", "Ali", "Taylor", "Kowalski", "Nowak")
GIVEN = ("James", "Mohammed", "Oliver", "Amir", "Sophie", "Fatima", "Jack", "Emma", "Daniel", "Aisha")

Seat = dict[str, Any]
Times = dict[str, list[float]]


def pages(seat: Seat, dice: random.Random) -> list[tuple[str, str]]:
    """The most used pages, name → address, for somebody: with cases and packages that are theirs."""
    case = dice.choice(seat["cases"])
    found = [
        ("my work", "/"),
        (
            "cases",
            "/cases/" + dice.choice(["", "", "?order=review", "?due=late", "?state=all", f"?after={case}&state=all"]),
        ),
        ("case", f"/cases/{case}/"),
        ("timeline", f"/cases/{case}/timeline/"),
        ("agencies", f"/cases/{case}/agencies/"),
        ("referrals", dice.choice(["/referrals/", "/referrals/?side=out"])),
        (
            "search",
            f"/search/?q={dice.choice(GIVEN)}+{dice.choice(NAMES)}"
            if dice.random() < 0.7
            else f"/search/?q={dice.choice(NAMES)}",
        ),
        ("notices", "/notices/"),
    ]
    if seat["plans"]:
        found.append(("plan", f"/cases/{dice.choice(seat['plans'])}/plan/"))
    if seat["packages"]:
        found += [("inbox", "/inbox/"), ("package", f"/packages/{dice.choice(seat['packages'])}/")]
    if seat["manages"]:
        found.append(("caseload", "/caseload/"))
    return found


class Asker:
    """One user's browser: a connection that stays open, a session, and what was measured."""

    def __init__(self, port: int, seat: Seat, seed: int) -> None:
        self.port, self.seat, self.dice = port, seat, random.Random(seed)
        self.headers = {**BEHIND_PROXY, "Cookie": f"__Host-session={seat['session']}"}
        self.times: Times = defaultdict(list)
        self.errors: list[str] = []
        self.slowest = (0.0, "")
        self.connection = http.client.HTTPConnection("localhost", port, timeout=30)

    def ask(self) -> None:
        """One page, at random."""
        name, address = self.dice.choice(pages(self.seat, self.dice))
        begun = time.perf_counter()
        try:
            self.connection.request("GET", address, headers=self.headers)
            answer = self.connection.getresponse()
            body = answer.read()
        except OSError as fault:
            self.errors.append(f"{address}: {fault}")
            self.connection = http.client.HTTPConnection("localhost", self.port, timeout=30)
            return
        took = (time.perf_counter() - begun) * 1000
        self.times[name].append(took)
        self.slowest = max(self.slowest, (took, f"{address} for {self.seat['who']}"))
        if answer.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        if answer.status != 200 or b"Sign out" not in body:
            self.errors.append(f"{address} for {self.seat['who']}: {answer.status}")

    def keep_asking(self, until: float, every: float) -> None:
        """A page at each beat; one that is late does not move the next."""
        due = time.perf_counter() + self.dice.random() * every
        while (now := time.perf_counter()) < until:
            if due > now:
                time.sleep(min(due - now, until - now))
                continue
            self.ask()
            due += every


def run(
    port: int, seats: list[Seat], seconds: float, every: float
) -> tuple[Times, list[str], float, list[tuple[float, str]]]:
    """Let them all ask; times by page, errors, pages per second, and each one's slowest."""
    askers = [Asker(port, seat, number) for number, seat in enumerate(seats)]
    begun = time.perf_counter()
    threads = [threading.Thread(target=asker.keep_asking, args=(begun + seconds, every)) for asker in askers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole: Times = defaultdict(list)
    for asker in askers:
        for name, times in asker.times.items():
            whole[name] += times
    took = time.perf_counter() - begun
    errors = [error for asker in askers for error in asker.errors]
    return whole, errors, sum(map(len, whole.values())) / took, sorted(asker.slowest for asker in askers)[::-1]


def share(times: list[float], part: float) -> float:
    """The time within which this share of answers came."""
    return sorted(times)[min(int(len(times) * part), len(times) - 1)]


def weigh_first_visit(port: int, seat: Seat) -> float:
    """Kilobytes of the heaviest page with all that it loads, compressed as the service sends it or as a proxy would."""

    def get(address: str) -> bytes:
        connection = http.client.HTTPConnection("localhost", port, timeout=30)
        connection.request("GET", address, headers={**BEHIND_PROXY, "Cookie": f"__Host-session={seat['session']}"})
        answer = connection.getresponse()
        body = answer.read()
        return (
            body
            if answer.headers.get("Content-Encoding") or "font" in answer.headers["Content-Type"]
            else gzip.compress(body)
        )

    heaviest = 0.0
    for _, address in pages(seat, random.Random(1)):
        body = get(address)
        total = len(body)
        for asset in re.findall(r'(?:href|src)="(/static/[^"]+)"', gzip.decompress(body).decode()):
            content = get(asset)
            total += len(content)
            if asset.endswith(".css"):
                fonts = re.findall(r"url\(([^)]+-latin-wght[^)]+)\)", gzip.decompress(content).decode())
                total += sum(len(get("/static/" + font.strip("\"'"))) for font in set(fonts))
        heaviest = max(heaviest, total / 1000)
    return heaviest


def real_settings(base: Path) -> dict[str, str]:
    """The environment of a real installation: a secret file, and nothing of whoever runs the benchmark."""
    told = base / "secret.toml"
    if not told.exists():
        told.touch(0o600)
        told.write_text(f'key = "{secrets.token_urlsafe(60)}"\nhosts = ["localhost"]\nbehind_proxy = true\n')
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HEADWATER_", "DATABASE_"))}
    return {**kept, "HEADWATER_SECRET_FILE": str(told)}


@contextmanager
def serving(data: Path, port: int, settings: dict[str, str]) -> Iterator[None]:
    """The service as `headwater serve` starts it, worker and all, until the block ends."""
    command = [sys.executable, "-m", "headwater.cli", "serve", "--data", str(data), "--port", str(port)]
    server = subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while True:
            try:
                connection = http.client.HTTPConnection("localhost", port, timeout=2)
                connection.request("GET", "/health/", headers=BEHIND_PROXY)
                if connection.getresponse().status == 200:
                    break
            except OSError:
                pass
            assert server.poll() is None, "the service did not start"
            assert time.monotonic() < until, "the service did not answer"
            time.sleep(0.2)
        yield
    finally:
        server.terminate()
        server.wait(60)


def main() -> int:
    """Fill, serve, ask, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--port", type=int, default=8390)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="keep the filled database here, and use it when it is there")
    told = parser.parse_args()
    base = told.keep or Path(tempfile.mkdtemp(prefix="headwater-load-"))
    base.mkdir(exist_ok=True)
    base.chmod(0o711)  # As root, the database's user passes through.
    say = lambda words: print(words, file=sys.stderr, flush=True)  # noqa: E731
    data, settings = base / "data", real_settings(base)
    rows = fill(data, cases=told.cases, seed=told.seed, say=say)
    with serving(data, told.port, settings):
        chosen = [sys.executable, str(Path(__file__).with_name("service_seats.py")), str(data), str(told.seed)]
        seats = json.loads(subprocess.run(chosen, env=settings, stdout=subprocess.PIPE, check=True).stdout)
        run(told.port, seats, 20, 1.0)  # Processes start, connections open, caches fill.
        before = look(data)
        times, errors, rate, slowest = run(told.port, seats, told.minutes * 60, EVERY)
        after = look(data)
        random.Random(told.seed).shuffle(seats)
        _, more_errors, capacity, _ = run(told.port, seats[:8], 20, 0.0)
        weight = max(weigh_first_visit(told.port, seat) for seat in seats[:5])
    used = after.since(before) if before and after else None
    found = {
        "machine": describe_machine(), "rows": rows, "users": len(seats), "pages_per_second": round(rate, 1), "errors": len(errors) + len(more_errors),
        "pages": {
            name: {"n": len(one), "p50_ms": round(statistics.median(one)), "p95_ms": round(share(one, 0.95)), "p99_ms": round(share(one, 0.99))}
            for name, one in sorted(times.items())
        },
        "p95_ms": round(share([time for one in times.values() for time in one], 0.95)), "capacity_pages_per_second": round(capacity, 1),
        "processor_ms_per_page": round(used.measured * 1000 / sum(map(len, times.values())), 1) if used else None,
        "others_share_of_machine": round(used.others_share, 2) if used else None,
        "first_visit_kb": round(weight), "bars": {"p95_ms": BAR_MS, "first_visit_kb": BAR_KB},
    }  # fmt: skip
    say(f"{'page':<12} {'asked':>6} {'p50':>6} {'p95':>6} {'p99':>6}  ms")
    for name, row in found["pages"].items():
        say(f"{name:<12} {row['n']:>6} {row['p50_ms']:>6} {row['p95_ms']:>6} {row['p99_ms']:>6}")
    say(
        f"all {found['p95_ms']} ms (p95), {found['pages_per_second']} pages a second asked, {found['errors']} errors; capacity "
        f"{found['capacity_pages_per_second']} a second; first visit {found['first_visit_kb']} kB"
    )
    if used:
        say(
            f"{found['processor_ms_per_page']} ms of processor for a page; others took {used.others_share:.0%} of the machine"
        )
    for took, what in slowest[:5]:
        say(f"  slow: {took:.0f} ms {what}")
    for error in (errors + more_errors)[:5]:
        say(f"  error: {error}")
    print(json.dumps(found))
    if told.keep is None:
        time.sleep(8)  # The database lingers.
        shutil.rmtree(base, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
