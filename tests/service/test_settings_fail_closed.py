"""Does a real installation start only when it is told enough, and does it then give away nothing?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.service

KEY = "kRz7-Qm2xV9_tB4nHs6LwYc8JdGf3PaEu1ToXi5ZvNb0KqMy7WrSjDhCgUeAlFpO"
PROVIDER = '[[sign_in]]\nid = "x"\nname = "X"\nserver = "https://x.example"\nclient = "c"\nsecret = "s"\n'
ASK = """
import json
from headwater.service.config import settings as s
print(json.dumps({name: str(getattr(s, name)) for name in (
    "DEBUG", "REAL", "SECOND_FACTOR", "ALLOWED_HOSTS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS",
    "SESSION_COOKIE_NAME", "EMAIL_BACKEND", "ALLAUTH_TRUSTED_PROXY_COUNT", "SIGN_IN_DOMAINS")}))
"""


def ask(tmp_path: Path, content: str | None, mode: int = 0o600, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("HEADWATER_", "DATABASE_", "DJANGO_"))
    }
    environment |= {"HEADWATER_DATA": str(tmp_path / "data")} | more
    if content is not None:
        path = tmp_path / "secret.toml"
        path.write_text(content)
        path.chmod(mode)
        environment["HEADWATER_SECRET_FILE"] = str(path)
    return subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, env=environment, timeout=60)


def test_a_first_run_needs_nothing_and_answers_on_this_machine_only(tmp_path: Path) -> None:
    found = json.loads(ask(tmp_path, None).stdout)
    assert found["DEBUG"] == "False"
    assert found["ALLOWED_HOSTS"] == "['localhost', '127.0.0.1', '[::1]']"
    key = tmp_path / "data" / "first-run-key"
    assert oct(key.stat().st_mode & 0o777) == "0o600"


def test_a_real_installation_is_strict(tmp_path: Path) -> None:
    found = json.loads(ask(tmp_path, f'key = "{KEY}"\nhosts = ["headwater.example"]').stdout)
    assert found["DEBUG"] == "False"
    for name in ("REAL", "SECOND_FACTOR", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"):
        assert found[name] == "True", name
    assert int(found["SECURE_HSTS_SECONDS"]) >= 31_536_000
    assert found["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert found["ALLAUTH_TRUSTED_PROXY_COUNT"] == "1", "the limits on guessing count whoever asks, not the proxy"


@pytest.mark.parametrize(
    ("content", "mode", "told"),
    [
        ('hosts = ["headwater.example"]', 0o600, "key"),
        (f'key = "{KEY}"', 0o600, "hosts"),
        (f'key = "{KEY}"\nhosts = []', 0o600, "hosts"),
        (f'key = "{KEY}"\nhosts = ["*"]', 0o600, "whole names"),
        (f'key = "{KEY}"\nhosts = [".example"]', 0o600, "whole names"),
        ('key = "short"\nhosts = ["headwater.example"]', 0o600, "key"),
        (f'key = "{KEY}"\nhosts = ["headwater.example"]\ndebug = true', 0o600, "debug"),
        (f'key = "{KEY}"\nhosts = ["headwater.example"]', 0o644, "chmod 600"),
        (f'key = "{"k" * 64}"\nhosts = ["headwater.example"]', 0o600, "random"),
        (f'key = "{KEY}"\nold_keys = ["changeme"]\nhosts = ["headwater.example"]', 0o600, "random"),
        ("key = ", 0o600, "not valid TOML"),
        (f'key = "{KEY}"\nhosts = ["headwater.example"]\n{PROVIDER}', 0o600, "domains"),
        (f'key = "{KEY}"\nhosts = ["headwater.example"]\n{PROVIDER}domains = []', 0o600, "domains"),
    ],
)
def test_it_does_not_start_half_told(tmp_path: Path, content: str, mode: int, told: str) -> None:
    done = ask(tmp_path, content, mode)
    assert done.returncode != 0
    assert told in done.stderr
    assert KEY not in done.stderr


def test_an_address_of_another_database_is_refused(tmp_path: Path) -> None:
    done = ask(tmp_path, None, DATABASE_URL="mysql://user:hidden@host/name")
    assert done.returncode != 0
    assert "Only PostgreSQL" in done.stderr
    assert "hidden" not in done.stderr.splitlines()[-1]
