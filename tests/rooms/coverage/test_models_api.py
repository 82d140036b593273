"""Operating models for programs: the one in force, and what the checks say of a document."""

from __future__ import annotations

import json
from typing import Any

import pytest

from banso.rooms.identity.models import User
from tests.factories.coverage import SOUND
from tests.factories.keys import make_key, program
from tests.rooms.coverage.balances import adopt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company")]

CHECK, IN_FORCE = "/api/v1/models/check", "/api/v1/models/in-force"
TWO_ANSWER = SOUND.replace(
    "{enterprise: csm, smb: general}", "{enterprise: [csm, cs], smb: general}", 1
)


def checked(
    user: User, body: object, *, by: User | None = None, language: str = "en"
) -> tuple[int, dict[str, Any]]:
    caller = program(make_key(user, by=by or user), language=language)
    answer = caller.post(CHECK, json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def test_a_document_is_checked_line_by_line(operations: User) -> None:
    status, told = checked(operations, {"text": TWO_ANSWER})
    assert (status, told["sound"]) == (200, False)
    [fault] = [each for each in told["findings"] if each["severity"] == "error"]
    assert fault["line"] == TWO_ANSWER[: TWO_ANSWER.index("[csm, cs]")].count("\n") + 1
    assert fault["path"][:2] == ["duties", "adoption"]
    assert (fault["message"], fault["advice"]) != ("", "")


def test_findings_come_in_the_language_of_the_call(operations: User) -> None:
    english, japanese = (
        checked(operations, {"text": TWO_ANSWER}, language=language)[1]["findings"]
        for language in ("en", "ja")
    )
    assert [each["code"] for each in english] == [each["code"] for each in japanese]
    assert english[0]["message"] != japanese[0]["message"]


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        ({}, "/text", "This is missing."),
        ({"text": 1}, "/text", "This must be a text."),
        ({"text": "x" * 500_001}, "/text", "The text is longer than 500000 signs."),
        ({"text": "", "more": 1}, "/more", "There is no such field."),
        ([], "", "This must be an object."),
    ],
)
def test_a_body_that_is_none_is_refused_with_its_place(
    operations: User, body: object, pointer: str, detail: str
) -> None:
    status, told = checked(operations, body)
    assert (status, told["errors"]) == (422, [{"pointer": pointer, "detail": detail}])


def test_who_writes_no_models_checks_none(mia: User, administrator: User) -> None:
    assert checked(mia, {"text": SOUND}, by=administrator)[0] == 403


def test_the_model_in_force_is_told_to_everybody(
    operations: User, mia: User, administrator: User
) -> None:
    caller = program(make_key(mia, by=administrator))
    assert caller.get(IN_FORCE).status_code == 404
    adopt(operations)
    told = {"key": "aozora", "since": "2026-04-01", "text": SOUND}
    assert caller.get(IN_FORCE).json() == told
