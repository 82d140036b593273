"""`banso demo`: the sample company brought in like anybody's, never over somebody's own data."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from banso.rooms.coverage.queries.versions import applications
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import AccessRole, Demo, User
from banso.rooms.ingestion.models import Import
from banso.rooms.people.models import Member
from banso.rooms.revenue.models import SubscriptionLine
from banso.rooms.revenue.queries.book import freshness
from tests.factories.commands import Answer, Home, run
from tests.factories.customers import make_account
from tests.factories.dumps import dump_of_all
from tests.factories.identity import make_demo, make_user
from tests.factories.metrics import check_metrics, metrics

pytestmark = pytest.mark.django_db

YEAR = {"from": date(2024, 1, 1), "to": date(2025, 1, 1)}
PASSWORD = "running-alongside"
DEMO = ("demo", "--no-serve", "--accounts", "100")


@pytest.fixture(autouse=True)
def settings_of_demo(monkeypatch: pytest.MonkeyPatch, settings: Settings, home: Path) -> None:
    """What the command would set for itself, so that it does not outlive the test."""
    monkeypatch.setenv("BANSO_DEMO", "1")
    monkeypatch.setenv("BANSO_COMPANY", "アオゾラHR")
    settings.BANSO = replace(settings.BANSO, demo=True)


def sign_ins(answer: Answer) -> dict[str, str]:
    """Role and mail address of each sign-in that was told."""
    lines = answer.out.partition("Sign in at http://127.0.0.1:8000")[2].splitlines()[1:]
    return {line[:23].strip(): line[23:].strip() for line in lines}


def test_a_demo_fills_an_empty_home_once_and_offers_a_sign_in_for_each_role(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    answer = run(capsys, *DEMO)
    assert (answer.code, answer.err) == (0, "")
    told = sign_ins(answer)
    users = User.objects.filter(is_system=False).order_by("pk")
    assert told == {user.get_role_display(): user.email for user in users}
    assert [user.role for user in users] == list(AccessRole)
    assert {user.check_password(PASSWORD) for user in users} == {True}
    assert Member.objects.exclude(user=None).count() == len(AccessRole) - 1
    assert set(Import.objects.values_list("state", "rejected")) == {("committed", 0)}
    assert (Account.objects.count() >= 100, freshness().stale) == (True, False)
    assert Demo.objects.count() == 1
    assert [each.moves for each in applications()] == [0]  # its own model, and nobody moved
    for by in ("segment", "owner", "renewal_holder", "product"):
        cut = json.loads(metrics(capsys, "--by", by, "--json", **YEAR))
        check_metrics(cut)
        assert len(cut["groups"]) > 1
    before = dump_of_all()
    assert sign_ins(run(capsys, *DEMO)) == told
    assert dump_of_all() == before


def test_too_small_a_company_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    answer = run(capsys, "demo", "--no-serve", "--accounts", "5")
    assert (answer.code, answer.err) == (2, "banso: Expected at least 100 accounts.\n")
    assert (Account.objects.count(), User.objects.filter(is_system=False).count()) == (0, 0)


@pytest.mark.parametrize("fresh", [(), ("--fresh",)])
def test_a_home_with_users_of_its_own_is_left_alone(
    capsys: pytest.CaptureFixture[str], home: Path, fresh: tuple[str, ...]
) -> None:
    make_user()
    make_account()
    before = dump_of_all()
    answer = run(capsys, *DEMO, *fresh)
    told = (
        f"{home} holds a company's own data, or a demo that was cut short. "
        "Name another folder in BANSO_HOME."
    )
    assert answer == Answer(2, "", f"banso: {told}\n")
    assert dump_of_all() == before


@pytest.mark.parametrize("fresh", [(), ("--fresh",)])
def test_a_home_into_which_files_were_brought_is_left_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, fresh: tuple[str, ...]
) -> None:
    (tmp_path / "own.csv").write_text("顧客ID,顧客名\na1,A\n")
    assert run(capsys, "import", tmp_path / "own.csv").code == 0
    before = dump_of_all()
    assert run(capsys, *DEMO, *fresh).code == 2
    assert dump_of_all() == before


@pytest.mark.parametrize("fresh", [(), ("--fresh",)])
def test_a_file_in_the_home_makes_no_companys_data_a_demo(
    capsys: pytest.CaptureFixture[str], home: Path, fresh: tuple[str, ...]
) -> None:
    make_account()
    (home / "demo").touch()
    before = dump_of_all()
    assert run(capsys, *DEMO, *fresh).code == 2
    assert dump_of_all() == before


def test_a_demo_that_could_not_be_filled_is_no_demo(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "demo", "--no-serve", "--accounts", "5")
    assert list(Demo.objects.all()) == []


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Home]:
    """A home of its own, as a person has it."""
    home = Home(tmp_path / "elsewhere")
    yield home
    home.close()


@pytest.mark.skipif(
    "sqlite" not in connection.settings_dict["ENGINE"], reason="--fresh removes files"
)
def test_a_fresh_demo_forgets_what_the_last_one_held(elsewhere: Home, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("顧客ID,顧客名\na1,A\n")
    assert elsewhere.banso("import", tmp_path / "own.csv").code == 0
    with closing(sqlite3.connect(elsewhere.folder / "banso.sqlite3")) as database:
        database.execute("INSERT INTO identity_demo (id, filled_at) VALUES (1, '2026-04-15')")
        database.commit()
    kept = (elsewhere.folder / "secret.key").read_text()
    old = list((elsewhere.folder / "uploads").rglob("*.csv"))
    answer = elsewhere.banso(*DEMO, "--fresh")
    assert (answer.code, answer.err, len(sign_ins(answer))) == (0, "", len(AccessRole))
    assert ([path.exists() for path in old], len(old)) == ([False], 1)
    assert (elsewhere.folder / "secret.key").read_text() == kept
    with closing(sqlite3.connect(elsewhere.folder / "banso.sqlite3")) as database:
        ids = {row[0] for row in database.execute("SELECT external_id FROM customers_account")}
    assert (len(ids) >= 100, "a1" in ids) == (True, False)


@pytest.mark.skipif(
    "sqlite" in connection.settings_dict["ENGINE"], reason="a file can be begun anew"
)
def test_a_database_server_is_not_emptied_by_a_fresh_demo(
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_demo()
    answer = run(capsys, *DEMO, "--fresh")
    assert (answer.code, SubscriptionLine.objects.count()) == (2, 0)
    assert answer.err.startswith("banso: --fresh removes files")
