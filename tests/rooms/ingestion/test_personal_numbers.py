"""A personal My Number enters no table, wherever it stands in a file or in a call."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.apps import apps
from django.db import connection

from banso.rooms.identity.models import User
from banso.rooms.ingestion.models import RowReport
from tests.factories.customers import make_account, make_fact
from tests.factories.ingestion import bring_in, check, counts, findings, make_import
from tests.factories.keys import make_key, program

pytestmark = pytest.mark.django_db

DIGITS = "123456789018"
SPELLINGS = [DIGITS, "1234-5678-9018", "1234 5678 9018", "１２３４５６７８９０１８"]


def everything() -> str:
    """Every value of every table, spelled without marks."""
    found = []
    for model in apps.get_models():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            found.append(repr(cursor.fetchall()))
    plain = unicodedata.normalize("NFKC", "".join(found).encode().decode("unicode_escape"))
    return plain.replace("-", "").replace(" ", "")


FILES = {
    "a corporate number": "顧客ID,顧客名,法人番号\na1,A,{}\n",
    "an attribute": "顧客ID,顧客名,メモ\na1,A,{}\na2,B,x\n",
    "a guessed number": "顧客ID,顧客名,番号\na1,A,{}\n",
    "a repeated row": "顧客ID,顧客名,法人番号\na1,A,\na1,A,{}\n",
    "a cell too many": "顧客ID,顧客名\na1,A,{}\n",
    "an unmapped column": "先方担当者ID,顧客ID,氏名,番号\nc1,a9,A,{}\n",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("place", FILES)
def test_the_digits_are_nowhere_in_the_database(
    operations: User, place: str, spelling: str
) -> None:
    of = make_import(FILES[place].format(spelling), by=operations)
    check(of, by=operations)
    assert DIGITS not in everything()
    bring_in(FILES[place].format(spelling), by=operations)
    assert DIGITS not in everything()


def test_the_rest_of_the_rejected_row_is_kept_for_correction(operations: User) -> None:
    of = bring_in(f"顧客ID,顧客名,法人番号,業種\na1,A,{DIGITS},小売\n", by=operations)
    assert counts(of) == {"rejected": 1}
    assert RowReport.objects.get().cells == ["a1", "A", "●●●●", "小売"]


def test_twelve_digits_that_are_an_id_are_an_id(operations: User) -> None:
    make_account(external_id=DIGITS)
    of = bring_in(
        f"先方担当者ID,顧客ID,氏名\n{DIGITS},{DIGITS},A\n{DIGITS},{DIGITS},B\n", by=operations
    )
    assert counts(of) == {"created": 1, "rejected": 1}
    assert RowReport.objects.get().cells == [DIGITS, DIGITS, "B"]


def test_a_workbooks_number_is_one_too(operations: User, tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["顧客ID", "顧客名", "番号", "備考"])
        sheet.write_row(1, 0, ["a1", "A", int(DIGITS), 5])
    of = bring_in(path.read_bytes(), by=operations)
    assert findings(of) == [(2, "rejected", [("番号", "looks_like_my_number")])]
    assert DIGITS not in everything()


ITEMS: dict[str, list[dict[str, Any]]] = {
    "a corporate number": [{"id": "a1", "name": "A", "corporate_number": "{}"}],
    "an attribute": [{"id": "a1", "name": "A", "facts": {"memo": "{}"}}],
    "an attribute's name": [{"id": "a1", "name": "A", "facts": {"{}": "x"}}],
    "a repeated item": [{"id": "a1", "name": "A"}, {"id": "a1", "corporate_number": "{}"}],
}


def call(path: str, items: list[dict[str, Any]], *, spelling: str, by: User) -> Any:
    """Send the items with the digits, under a key whose answer is kept."""
    body = json.dumps({"items": items}).replace("{}", spelling)
    client = program(make_key(by, may_write=True))
    headers = {"Idempotency-Key": "k1"}
    return client.post(path, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("place", ITEMS)
def test_sent_by_a_program_the_digits_are_nowhere_in_the_database(
    operations: User, place: str, spelling: str
) -> None:
    make_fact("memo")
    answer = call("/api/v1/accounts/bulk", ITEMS[place], spelling=spelling, by=operations)
    assert (answer.status_code, answer.json()["results"][-1]["status"]) == (200, "rejected")
    assert DIGITS not in everything()


def test_a_number_in_json_is_one_too(operations: User) -> None:
    item = {"id": "a1", "name": "A", "corporate_number": int(DIGITS)}
    call("/api/v1/accounts/bulk", [item], spelling="", by=operations)
    assert RowReport.objects.get().cells == ["a1", "A", "●●●●"]
    assert DIGITS not in everything()


def test_twelve_digits_that_a_program_has_for_an_id_are_an_id(operations: User) -> None:
    item = {"id": DIGITS, "name": "A", "employees": "many"}
    call("/api/v1/accounts/bulk", [item], spelling="", by=operations)
    assert RowReport.objects.get().cells == [DIGITS, "A", "many"]
