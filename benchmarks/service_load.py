"""How fast does the service answer when many work at once? 200 agencies, 5,000 users, 200,000 cases, 5 million lines of timelines.

    python benchmarks/service_load.py                                 (some 10 minutes and 6 GB of disk)
    python benchmarks/service_load.py --cases 5000 --minutes 0.3      (does it run?)

Fifty signed-in users each ask for a page every five seconds at random, among the ten most used; then eight ask without a pause, which
gives the capacity. Bars: p95 of each page 150 ms, no error, a first visit of 150 kB. All of it is made up.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from machine import describe_machine
from service_fill import fill

USERS, EVERY, BAR_MS, BAR_KB = 50, 5.0, 150, 150
ROLES = ("sergeant", "officer", "partner worker")


def pages(user: dict[str, Any], dice: random.Random) -> list[tuple[str, str]]:
    """The ten most used pages, name → address, for somebody: with cases and packages that are theirs."""
    case = dice.choice(user["cases"])
    found = [
        ("my work", "/"),
        ("cases", dice.choice(["/cases/", "/cases/?order=review", "/cases/?due=late", "/cases/?state=all"])),
        ("case", f"/cases/{case}/"),
        ("timeline", f"/cases/{case}/timeline/"),
        ("plan", f"/cases/{case}/plan/"),
        ("agencies", f"/cases/{case}/agencies/"),
        ("referrals", dice.choice(["/referrals/", "/referrals/?side=out"])),
        ("search", f"/search/?q=Given{dice.randrange(400)}+Family{dice.randrange(900)}"),
        ("notices", "/notices/"),
    ]
    if user["packages"]:
        found += [("inbox", "/inbox/"), ("package", f"/packages/{dice.choice(user['packages'])}/")]
    return found


class Asker:
    """One user's browser: a connection that stays open, a session, and what was measured."""

    def __init__(self, port: int, user: dict[str, Any], seed: int) -> None:
        self.port, self.user, self.dice = port, user, random.Random(seed)
        self.times: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []
        self.connection = http.client.HTTPConnection("localhost", port, timeout=30)

    def ask(self) -> None:
        name, address = self.dice.choice(pages(self.user, self.dice))
        begun = time.perf_counter()
        try:
            self.connection.request("GET", address, headers={"Cookie": f"headwater-session={self.user['session']}"})
            answer = self.connection.getresponse()
            body = answer.read()
        except OSError as fault:
            self.errors.append(f"{address}: {fault}")
            self.connection = http.client.HTTPConnection("localhost", self.port, timeout=30)
            return
        self.times[name].append((time.perf_counter() - begun) * 1000)
        if answer.status != 200 or b"Sign out" not in body:
            self.errors.append(f"{address} for {self.user['email']}: {answer.status}")

    def keep_asking(self, until: float, every: float) -> None:
        due = time.perf_counter() + self.dice.random() * every
        while (now := time.perf_counter()) < until:
            if due > now:
                time.sleep(min(due - now, until - now))
                continue
            self.ask()
            due += every


def run(
    port: int, users: list[dict[str, Any]], seconds: float, every: float
) -> tuple[dict[str, list[float]], list[str], float]:
    """Let them all ask; times by page, errors, and pages per second."""
    askers = [Asker(port, user, number) for number, user in enumerate(users)]
    begun = time.perf_counter()
    threads = [threading.Thread(target=asker.keep_asking, args=(begun + seconds, every)) for asker in askers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole: dict[str, list[float]] = defaultdict(list)
    for asker in askers:
        for name, times in asker.times.items():
            whole[name] += times
    took = time.perf_counter() - begun
    return whole, [error for asker in askers for error in asker.errors], sum(map(len, whole.values())) / took


def share(times: list[float], part: float) -> float:
    """The time within which this share of answers came."""
    return sorted(times)[min(int(len(times) * part), len(times) - 1)]


def weigh_first_visit(port: int, user: dict[str, Any]) -> float:
    """Kilobytes of the heaviest of the ten pages with all that it loads, compressed as a proxy would."""

    def get(address: str) -> tuple[bytes, str]:
        connection = http.client.HTTPConnection("localhost", port, timeout=30)
        connection.request(
            "GET", address, headers={"Cookie": f"headwater-session={user['session']}", "Accept-Encoding": "br, gzip"}
        )
        answer = connection.getresponse()
        return answer.read(), answer.headers.get("Content-Encoding", "")

    heaviest = 0.0
    for _, address in pages(user, random.Random(1)):
        body, packed = get(address)
        total = len(body) if packed else len(gzip.compress(body))
        text = body.decode("utf-8", "ignore")
        for asset in re.findall(r'(?:href|src)="(/static/[^"]+)"', text):
            content, packed = get(asset)
            total += len(content)
            if asset.endswith(".css"):
                plain = http.client.HTTPConnection("localhost", port, timeout=30)
                plain.request("GET", asset)
                fonts = re.findall(r"url\(([^)]+-latin-wght[^)]+)\)", plain.getresponse().read().decode())
                total += sum(len(get("/static/" + font.strip("\"'"))[0]) for font in fonts)
        heaviest = max(heaviest, total / 1000)
    return heaviest


def main() -> int:
    """Fill, serve, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--port", type=int, default=8390)
    parser.add_argument("--keep", type=Path, help="keep the filled database here, and use it when it is there")
    told = parser.parse_args()
    base = told.keep or Path(tempfile.mkdtemp(prefix="headwater-load-"))
    base.mkdir(exist_ok=True)
    base.chmod(0o711)
    say = lambda words: print(words, file=sys.stderr, flush=True)  # noqa: E731
    filled = fill(base / "data", cases=told.cases, users=USERS, say=say)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("HEADWATER_", "DATABASE_"))
    }
    command = [sys.executable, "-m", "headwater.cli", "serve", "--data", str(base / "data"), "--port", str(told.port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while True:
            try:
                connection = http.client.HTTPConnection("localhost", told.port, timeout=2)
                connection.request("GET", "/health/")
                if connection.getresponse().status == 200:
                    break
            except OSError:
                assert time.monotonic() < until, "the service did not answer"
                time.sleep(0.2)
        users = filled["users"]
        run(told.port, users, 15, 1.0)  # Processes start, connections open, caches fill.
        times, errors, rate = run(told.port, users, told.minutes * 60, EVERY)
        _, more_errors, capacity = run(told.port, users[:8], 20, 0.0)
        weight = weigh_first_visit(told.port, users[0])
    finally:
        server.terminate()
        server.wait(60)
    found = {
        "machine": describe_machine(), "rows": filled["rows"], "users": len(users), "pages_per_second": round(rate, 1),
        "errors": len(errors) + len(more_errors),
        "pages": {
            name: {"n": len(one), "p50_ms": round(statistics.median(one)), "p95_ms": round(share(one, 0.95)), "p99_ms": round(share(one, 0.99))}
            for name, one in sorted(times.items())
        },
        "p95_ms": round(share([time for one in times.values() for time in one], 0.95)), "capacity_pages_per_second": round(capacity, 1),
        "first_visit_kb": round(weight), "bars": {"p95_ms": BAR_MS, "first_visit_kb": BAR_KB},
    }  # fmt: skip
    say(f"{'page':<12} {'asked':>6} {'p50':>6} {'p95':>6} {'p99':>6}  ms")
    for name, row in found["pages"].items():
        say(f"{name:<12} {row['n']:>6} {row['p50_ms']:>6} {row['p95_ms']:>6} {row['p99_ms']:>6}")
    say(
        f"{found['pages_per_second']} pages a second asked, {found['errors']} errors; capacity "
        f"{found['capacity_pages_per_second']} a second; first visit {found['first_visit_kb']} kB"
    )
    for error in (errors + more_errors)[:5]:
        say(f"  {error}")
    print(json.dumps(found))
    if told.keep is None:
        time.sleep(8)
        shutil.rmtree(base, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
