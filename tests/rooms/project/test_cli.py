"""The `banso` command: what it needs of a home, what it prints, and how it gives up."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import localdate  # noqa: TID251  commands tell the real day
from django.utils.translation import override

from banso.kit.acts import Refused
from banso.kit.models import Snapshot
from banso.project.cli import main
from banso.rooms.revenue.actions import write_snapshots
from banso.rooms.revenue.queries.book import NoRevenueYet
from tests.factories.commands import Answer, Home, run
from tests.factories.customers import make_account, make_fact
from tests.factories.metrics import check_metrics, metrics
from tests.factories.revenue import make_line, make_rate
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home_of_commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the command looks for its home before settings are read."""
    monkeypatch.setenv("BANSO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_word_that_is_no_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["colour"])
    assert ended.value.code == 2
    assert "invalid choice: 'colour'" in capsys.readouterr().err


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    told = capsys.readouterr().out
    assert ended.value.code == 0
    names = ["demo", "serve", "worker", "sample", "metrics", "refresh", "import"]
    assert [name for name in names if f"\n    {name} " not in told] == []


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("BANSO_FISCAL_START_MONTH", "x", "can't be 'x'."),
        ("BANSO_FISCAL_START_MONTH", "13", "must be a month from 1 to 12."),
        ("BANSO_HTTPS", "maybe", "can't be 'maybe'."),
    ],
)
def test_a_setting_that_cant_be_stops_the_command_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    name: str, text: str, told: str, home_of_commands: Path,
) -> None:  # fmt: skip
    monkeypatch.setenv(name, text)
    assert run(capsys, "import", "x") == Answer(2, "", f"banso: {name} {told}\n")
    assert not home_of_commands.exists()


def test_a_new_home_gets_a_key_that_its_owner_alone_reads(
    capsys: pytest.CaptureFixture[str], home_of_commands: Path
) -> None:
    run(capsys, "import", "nothing")
    kept = home_of_commands / "secret.key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    key = kept.read_text()
    run(capsys, "import", "nothing")
    assert (kept.read_text(), len(key) >= 50) == (key, True)


def test_a_key_that_is_given_isnt_made(
    capsys: pytest.CaptureFixture[str], home_of_commands: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANSO_SECRET_KEY", "given")
    run(capsys, "import", "nothing")
    assert not (home_of_commands / "secret.key").exists()


def test_sentences_come_in_the_terminals_language_and_json_in_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    english = run(capsys, "import", "nothing").err
    assert english == "banso: nothing does not exist.\n"
    assert run(capsys, "import", "nothing", "--json").err == english
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    assert run(capsys, "import", "nothing").err not in {"", english}
    assert run(capsys, "import", "nothing", "--json").err == english
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert run(capsys, "import", "nothing").err == english


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Home]:
    """A home that nobody has made yet, for commands in processes of their own."""
    home = Home(tmp_path / "elsewhere")
    yield home
    home.close()


def test_a_command_that_only_reads_refuses_where_there_is_no_home(elsewhere: Home) -> None:
    answer = elsewhere.banso("metrics", "--json")
    assert answer == Answer(2, "", f"banso: There is no Banso home at {elsewhere.folder} yet.\n")
    assert not elsewhere.folder.exists()


def test_a_sample_is_written_without_a_home(elsewhere: Home, tmp_path: Path) -> None:
    words = ("--accounts", "100", "--seed", "7", "--until", "2026-04-15", "--json")
    answer = elsewhere.banso("sample", *words, tmp_path / "files")
    assert (answer.code, answer.err, elsewhere.folder.exists()) == (0, "", False)
    written = {name: len(_rows(tmp_path / "files" / f"{name}.csv")) for name in answer.told["rows"]}
    assert answer.told == {"folder": str(tmp_path / "files"), "rows": written}
    assert list(written) == [
        "members", "accounts", "contacts", "parties", "rates", "subscriptions", "transfers",
        "cancellations", "standard_minutes", "touchpoints", "tickets", "survey_answers", "usage",
        "holdings", "skills",
    ]  # fmt: skip


def _rows(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").splitlines()[1:]


def test_a_sample_tells_its_files_or_why_there_are_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told = run(capsys, "sample", "--accounts", "100", tmp_path).out.splitlines()
    assert len(told) == 15
    few = run(capsys, "sample", "--accounts", "99", tmp_path / "few")
    assert few == Answer(2, "", "banso: Expected at least 100 accounts.\n")
    assert not (tmp_path / "few").exists()


@pytest.fixture
def book(db: None) -> None:
    """Ten dollars and a hundred yen a year, begun three days ago."""
    make_rate("USD", on=TODAY, rate="150")
    account = make_account()
    make_line(account, arr_minor=1000, currency="USD", start_on=TODAY)
    make_line(account, arr_minor=100, start_on=TODAY)


def test_metrics_write_their_snapshot_when_it_is_behind(
    capsys: pytest.CaptureFixture[str], book: None
) -> None:
    write_snapshots(at=NOON)
    Snapshot.objects.update(stale=True)
    make_line(make_account(), arr_minor=7, start_on=TODAY)
    told = json.loads(metrics(capsys, "--json", **{"from": TODAY, "to": TODAY}))
    assert (told["total"]["closing_minor"], told["total"]["closing_accounts"]) == (1607, 2)
    assert (told["from"], told["to"], told["currency"]) == ("2026-04-15", "2026-04-15", "JPY")
    assert set(Snapshot.objects.values_list("stale", flat=True)) == {False}


def test_metrics_name_the_engine_that_told_them(
    capsys: pytest.CaptureFixture[str], book: None
) -> None:
    told = metrics(capsys, "--json", **{"from": TODAY, "to": TODAY})
    assert json.loads(told)["engine"] == "duckdb"
    assert metrics(capsys, "--json", "--engine", "duckdb", **{"from": TODAY, "to": TODAY}) == told


@pytest.mark.parametrize(
    "lost", [(), ("lines",), ("rates",), ("lines", "rates"), ("book_default",)]
)
def test_metrics_write_anew_what_was_never_written_or_is_gone(
    capsys: pytest.CaptureFixture[str], book: None, home: Path, lost: tuple[str, ...]
) -> None:
    if lost:
        write_snapshots(at=NOON)
    for name in lost:
        (home / "lake" / Snapshot.objects.get(name=name).path).unlink()
    told = json.loads(metrics(capsys, "--json", **{"from": TODAY, "to": TODAY}))
    assert told["total"]["closing_minor"] == 1600


def test_metrics_of_nobody_say_that_there_are_none(
    capsys: pytest.CaptureFixture[str], db: None
) -> None:
    with pytest.raises(NoRevenueYet):
        metrics(capsys)


def test_metrics_are_told_to_a_person_in_columns(
    capsys: pytest.CaptureFixture[str], book: None
) -> None:
    write_snapshots(at=NOON)
    lines = metrics(capsys, **{"from": TODAY, "to": TODAY}).splitlines()
    assert lines[:2] == [
        "ARR 2026-04-15 – 2026-04-15, JPY (Default)",
        "NRR, GRR and logo retention are over 0 days, not a year's rate.",
    ]
    assert [line.rsplit(maxsplit=1)[0].strip() for line in lines[3:]] == [
        *["Opening ARR", "New", "Expansion", "Contraction", "Churn", "Reactivation"],
        *["Transfer between accounts or groups", "Exchange effect", "Closing ARR"],
        *["GRR", "NRR", "Logo retention"],
    ]
    assert [line.split()[-1] for line in lines[3:]] == [
        *["1,600", *["0"] * 7, "1,600"],
        *["100.0%"] * 3,
    ]


def test_metrics_are_told_in_the_language_of_the_installation(
    capsys: pytest.CaptureFixture[str], book: None
) -> None:
    write_snapshots(at=NOON)
    with override("ja"):
        lines = metrics(capsys, "--by", "製品", **{"from": TODAY, "to": TODAY}).splitlines()
    assert lines[0] == "ARR 2026-04-15 – 2026-04-15, JPY (標準)"
    assert {"区分なし", "合計"} <= set(lines)
    assert "期首ARR" in lines[-12]


@pytest.mark.parametrize("written", ["2026/03/31", "2026-3-31", "today"])
def test_a_day_written_otherwise_is_refused_with_how_to_write_it(
    capsys: pytest.CaptureFixture[str], written: str
) -> None:
    with pytest.raises(SystemExit):
        metrics(capsys, "--from", written)
    assert f"“{written}” is not a day as this reads it: 2026-03-31" in capsys.readouterr().err


def test_metrics_are_those_of_the_fiscal_year_to_date_unless_days_are_named(
    capsys: pytest.CaptureFixture[str], db: None
) -> None:
    make_line(make_account(), start_on=TODAY.replace(year=2000))
    write_snapshots(at=NOON)
    told = json.loads(metrics(capsys, "--json"))
    assert (told["from"][5:], told["to"]) == ("03-31", localdate().isoformat())


def test_metrics_without_an_opening_have_no_shares(
    capsys: pytest.CaptureFixture[str], book: None
) -> None:
    write_snapshots(at=NOON)
    make_rate("USD", on=TODAY - timedelta(days=1), rate="150")
    Snapshot.objects.update(stale=True)
    told = metrics(capsys, **{"from": TODAY - timedelta(days=1), "to": TODAY}).splitlines()
    assert [line.split()[-1] for line in told[-3:]] == ["–", "–", "–"]


def test_metrics_are_cut_and_the_groups_add_up_to_the_whole(
    capsys: pytest.CaptureFixture[str], db: None
) -> None:
    make_fact("channel")
    for number, channel in enumerate(("直販", "直販", "代理店", None)):
        facts = {"channel": channel} if channel else None
        make_line(make_account(facts=facts), arr_minor=10**number)
    days = {"from": TODAY, "to": TODAY}
    told = json.loads(metrics(capsys, "--json", "--by", "channel", **days))
    closing = {group["key"]: group["closing_minor"] for group in told["groups"]}
    assert closing == {"代理店": 100, "直販": 11, None: 1000}
    assert (told["by"], told["total"]["closing_minor"]) == ("channel", 1111)
    check_metrics(told)
    told = json.loads(metrics(capsys, "--json", "--by", "segment", **days))
    assert [(group["key"], group["closing_minor"]) for group in told["groups"]] == [(None, 1111)]
    lines = metrics(capsys, "--by", "channel", **days).splitlines()
    heads = [line for line in lines if line in {"代理店", "直販", "without one", "All together"}]
    assert heads == ["代理店", "直販", "without one", "All together"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--by", "weather"), "Figures can't be cut by “weather”, only by: segment, owner, team"),
        (("--definition", "mine"), "There is no definition “mine”."),
    ],
)
def test_metrics_refuse_what_they_do_not_know(
    capsys: pytest.CaptureFixture[str], book: None, words: tuple[str, str], told: str
) -> None:
    with pytest.raises(Refused, match=told):
        metrics(capsys, *words)


def test_metrics_tell_by_which_definition_they_count(
    capsys: pytest.CaptureFixture[str], db: None
) -> None:
    today = localdate()
    left_on = today - timedelta(days=10)
    make_line(make_account(), arr_minor=5, start_on=today - timedelta(days=90), end_on=left_on)
    days = {"from": today - timedelta(days=60), "to": today}
    by = {
        name: json.loads(metrics(capsys, "--json", "--definition", name, **days))
        for name in ("default", "as_dated")
    }
    assert [each["total"]["churn_minor"] for each in by.values()] == [0, 5]
    assert by["default"]["total"]["pending_minor"] == 5
    assert {name: each["definition"] for name, each in by.items()} == {name: name for name in by}
    assert by["as_dated"]["settings"]["grace_days"] == 0


def test_a_refresh_tells_how_many_accounts_changed(
    capsys: pytest.CaptureFixture[str], book: None
) -> None:
    first = run(capsys, "refresh", "--on", "2026-04-15", "--json")
    assert (first.code, first.told) == (0, {"on": "2026-04-15", "accounts_changed": 1})
    again = run(capsys, "refresh", "--on", "2026-04-15")
    assert again == Answer(0, "Facts as of 2026-04-15: 0 accounts changed.\n", "")
    assert run(capsys, "refresh", "--json").told["on"] == localdate().isoformat()
