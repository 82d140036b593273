"""Exports that no spreadsheet runs, settings that name what is wrong, the closed pages' header."""

from __future__ import annotations

from pathlib import Path

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from hypothesis import given
from hypothesis import strategies as st

from banso.kit.acts import Refused, refusals_on
from banso.kit.config import BadSetting, Config
from banso.kit.csp import POLICY, content_security_policy
from banso.kit.exports import FORMULA_STARTS, csv_download, csv_lines, harmless, major_units
from banso.kit.models import Job


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("cell", ["アクメ", "", "1-2", -5, -0.5, None, True])
def test_other_cells_stay_as_they_are(cell: object) -> None:
    assert harmless(cell) == cell


@given(st.text())
def test_no_text_comes_out_that_starts_a_formula(text: str) -> None:
    assert not harmless(text).startswith(FORMULA_STARTS)
    assert harmless(text).removeprefix("'") == text.removeprefix("'")


def test_a_download_opens_in_excel_and_its_header_is_guarded_too() -> None:
    answer = csv_download("顧客.csv", ["=name", "ARR"], [["アクメ, 東京", -5], ["@x", None]])
    assert isinstance(answer, StreamingHttpResponse)
    assert answer.getvalue().decode("utf-8") == (
        "\ufeff'=name,ARR\r\n\"アクメ, 東京\",-5\r\n'@x,\r\n"
    )
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%E9%A1%A7%E5%AE%A2.csv"


@pytest.mark.parametrize(
    ("minor", "currency", "told"), [(1234567, "JPY", "1234567"), (-1250, "USD", "-12.50")]
)
def test_money_in_a_file_is_major_units(minor: int, currency: str, told: str) -> None:
    assert str(major_units(minor, currency)) == told


def test_a_jobs_short_name_leaves_out_the_path() -> None:
    job = Job(pk=7, name="banso.rooms.ingestion.jobs.commit_file")
    assert (job.short_name, str(job)) == ("ingestion.commit_file", f"{job.name} #7")


def test_lines_are_written_as_they_are_asked_for() -> None:
    endless = ([number] for number in iter(int, 1))
    lines = csv_lines(["n"], endless)
    assert [next(lines), next(lines)] == ["\ufeffn\r\n", "0\r\n"]


def test_settings_come_from_the_environment_and_the_rest_keep_their_defaults() -> None:
    given = {
        "BANSO_HOME": "/srv/banso",
        "BANSO_FISCAL_START_MONTH": "1",
        "BANSO_COMPANY": "",
        "X": "1",
    }
    assert Config.from_environ(given) == Config(home=Path("/srv/banso"), fiscal_start_month=1)


@pytest.mark.parametrize(
    ("word", "meant"), [("1", True), ("Yes", True), ("off", False), ("0", False)]
)
def test_a_flag_is_said_in_plain_words(word: str, meant: bool) -> None:
    assert Config.from_environ({"BANSO_DEMO": word}).demo is meant


@pytest.mark.parametrize(
    ("name", "text"), [("BANSO_FISCAL_START_MONTH", "April"), ("BANSO_HTTPS", "perhaps")]
)
def test_a_wrong_setting_is_refused_by_its_name(name: str, text: str) -> None:
    with pytest.raises(BadSetting, match=f"{name} can't be '{text}'"):
        Config.from_environ({name: text})


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("FISCAL_START_MONTH", ["0", "13"]),
        ("CURRENCY", ["jpy", "XXX", "円"]),
        ("LANGUAGE", ["fr", "JA"]),
        (
            "DATABASE_URL",
            [
                *("postgres://h/banso", "mysql://h/banso", "banso.sqlite3"),
                *("postgresql://h:x/banso", "postgresql://h"),
            ],
        ),
        ("BIND", ["8000", "127.0.0.1", ":8000", "127.0.0.1:", "127.0.0.1:web", "h:65536", "h:0"]),
        ("TIME_ZONE", ["Tokyo", "Asia", "../Asia/Tokyo", "/etc/passwd"]),
        ("SMTP_URL", ["mail.example", "http://mail.example", "smtp://", "smtp://h:x"]),
        ("INBOX", ["inbox", "./inbox"]),
    ],
)
def test_a_setting_that_nothing_could_work_with_is_refused_by_its_name(
    name: str, texts: list[str]
) -> None:
    for text in texts:
        with pytest.raises(BadSetting, match=f"^BANSO_{name} must be ") as refused:
            Config.from_environ({f"BANSO_{name}": text})
        assert text not in str(refused.value).split()  # an address may hold a password


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("currency", "USD"),
        ("language", "en"),
        ("database_url", "postgresql://me:secret@db.example:5433/banso"),
        ("database_url", "postgresql:///banso?host=/var/run/postgresql"),
        ("bind", "0.0.0.0:80"),
        ("bind", "[::1]:8000"),
        ("time_zone", "Europe/Berlin"),
        ("smtp_url", "smtps://me%40b:pass@mail.example:465"),
        ("smtp_url", "smtp://mail.example"),
        ("inbox", "/srv/banso/inbox"),
    ],
)
def test_a_setting_that_can_be_is_taken_as_it_stands(name: str, text: str) -> None:
    assert getattr(Config.from_environ({f"BANSO_{name.upper()}": text}), name) == text


def test_every_answer_carries_the_policy_unless_it_brings_its_own() -> None:
    plain = content_security_policy(lambda _request: HttpResponse())
    own = content_security_policy(
        lambda _request: HttpResponse(headers={"Content-Security-Policy": "default-src 'none'"})
    )
    told = [guarded(HttpRequest()).headers["Content-Security-Policy"] for guarded in (plain, own)]
    assert told == [POLICY, "default-src 'none'"]


def test_the_policy_allows_no_inline_script_and_no_foreign_origin() -> None:
    allowed = {name: sources for name, *sources in (part.split() for part in POLICY.split(";"))}
    assert allowed["default-src"] == allowed["script-src"] == allowed["style-src"] == ["'self'"]


def test_a_refusal_becomes_an_error_of_the_form_and_nothing_else_is_swallowed() -> None:
    form = forms.Form({})
    assert form.is_valid()
    with refusals_on(form):
        raise Refused("Already closed.")
    assert form.non_field_errors() == ["Already closed."]
    with pytest.raises(ZeroDivisionError), refusals_on(form):
        raise ZeroDivisionError
