"""Django's settings as they follow from the installation's own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ASK = """
import json
from django.conf import settings
names = json.loads({names!r})
print(json.dumps({{name: getattr(settings, name) for name in names}}, default=str))
"""


def given(home: Path, *names: str, **environ: str) -> dict[str, Any]:
    """These settings of an installation with these variables, read in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(names=json.dumps(names))],
        env={
            "DJANGO_SETTINGS_MODULE": "banso.project.settings",
            "PYTHONPATH": ":".join(sys.path),
            "BANSO_HOME": str(home),
        }
        | {f"BANSO_{name}": text for name, text in environ.items()},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_without_a_url_the_database_is_a_file_in_the_home(home: Path) -> None:
    database = given(home, "DATABASES")["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["NAME"] == str(home / "banso.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://me%40b:s%2Fecret@db.example:5433/banso?sslmode=require",
            {
                "USER": "me@b", "PASSWORD": "s/ecret", "HOST": "db.example", "PORT": 5433,
                "NAME": "banso", "OPTIONS": {"sslmode": "require"},
            },
        ),
        (
            "postgresql:///banso?host=/var/run/postgresql",
            {
                "USER": "", "PASSWORD": "", "HOST": "/var/run/postgresql", "PORT": "",
                "NAME": "banso", "OPTIONS": {},
            },
        ),
    ],
)  # fmt: skip
def test_a_url_names_the_database(home: Path, url: str, expected: dict[str, Any]) -> None:
    database = given(home, "DATABASES", DATABASE_URL=url)["DATABASES"]["default"]
    assert {name: database[name] for name in expected} == expected
    assert database["ENGINE"] == "django.db.backends.postgresql"


def test_mail_goes_where_its_url_says(home: Path) -> None:
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_SSL")
    sent = given(home, *names, SMTP_URL="smtps://me%40b:pass@mail.example:465")
    assert list(sent.values()) == ["mail.example", 465, "me@b", "pass", True]
    plain = given(home, *names, SMTP_URL="smtp://mail.example")
    assert list(plain.values()) == ["mail.example", 25, "", "", False]


def test_https_and_hosts_decide_over_cookies_and_origins(home: Path) -> None:
    names = ("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    secure = given(home, *names, HTTPS="yes", HOSTS="cs.example,b.example")
    assert list(secure.values()) == [
        ["cs.example", "b.example"],
        ["https://cs.example", "https://b.example"],
        True,
        True,
    ]
    plain = given(home, *names)
    assert list(plain.values())[1:] == [[], False, False]


def test_one_proxy_is_believed_where_https_is_on(home: Path) -> None:
    name = "ALLAUTH_TRUSTED_PROXY_COUNT"
    assert [given(home, name, **environ)[name] for environ in ({}, {"HTTPS": "yes"})] == [0, 1]


def test_the_key_is_the_given_one_else_the_homes_else_a_new_one(home: Path) -> None:
    fresh = {given(home, "SECRET_KEY")["SECRET_KEY"] for _time in range(2)}
    (home / "secret.key").write_text("kept\n")
    assert len(fresh) == 2
    assert given(home, "SECRET_KEY") == {"SECRET_KEY": "kept"}
    assert given(home, "SECRET_KEY", SECRET_KEY="given") == {"SECRET_KEY": "given"}
