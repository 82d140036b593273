"""What the API says to calls that can't be carried out: problems, never a fault of the server."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.ingestion.models import Import
from tests.factories.keys import make_key, program
from tests.factories.pages import Page, browser, visit

pytestmark = pytest.mark.django_db
BULK = "/api/v1/accounts/bulk"


@pytest.fixture
def writer(operations: User) -> Client:
    return program(make_key(operations, may_write=True))


def post(client: Client, body: bytes | str, **given: Any) -> Any:
    kind = given.pop("content_type", "application/json")
    return client.generic("POST", BULK, body, content_type=kind, **given)


@pytest.mark.parametrize(
    "body",
    [b" ", b"{", b'{"items": [{"id": "a", "name": "A"}]', b"\xff\xfe", b'{"items": [NaN]}',
     b'{"items": [{"id": 1e999}]}', b'{"items": [{"id": -Infinity}]}',
     b'{"items": [{"id": "\\ud800", "name": "A"}]}', b'{"items": [{"\\udfff": 1}]}',
     b'{"items": [{"id": ' + b"9" * 5000 + b"}]}", b"[" * 100_000, b'{"a":' * 5_000,
     '{"items": [{"id": "a", "name": "顧客"}]}'.encode("cp932"),
     '{"items": [{"id": "a", "name": "A"}]}'.encode("utf-16")],
)  # fmt: skip
def test_what_is_no_json_is_a_bad_request(writer: Client, body: bytes) -> None:
    answer = post(writer, body)
    assert (answer.status_code, answer.json()) == (
        400,
        {"type": "about:blank", "title": "Bad Request", "status": 400,
         "detail": "The body is not JSON that can be read."},
    )  # fmt: skip
    assert Import.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ([], "", "This must be an object."),
        ({}, "/items", "This is missing."),
        ({"items": {}}, "/items", "This must be a list."),
        ({"items": []}, "/items", "The list must not be empty."),
        ({"items": [{"id": "a"}] * 5_001}, "/items", "The list is longer than 5000 items."),
        ({"items": ["a"]}, "/items/0", "This must be an object."),
        ({"items": [{"id": "a"}, {"nmae": "A"}]}, "/items/1/nmae", "There is no such field."),
        ({"items": [{"id": ["a"]}]}, "/items/0/id",
         "This must be a text, a number, true, false or null."),
        ({"items": [{"id": "a"}], "dry": True}, "/dry", "There is no such field."),
        ({"items": [{"facts": {"a/b": []}}]}, "/items/0/facts/a~1b",
         "This must be a text, a number, true, false or null."),
    ],
)  # fmt: skip
def test_what_is_not_asked_for_is_told_by_its_place(
    writer: Client, body: Any, pointer: str, words: str
) -> None:
    answer = post(writer, json.dumps(body))
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": pointer, "detail": words}]
    assert Import.objects.count() == 0


def test_a_body_may_be_larger_than_a_form_but_not_without_end(writer: Client) -> None:
    blank = b" " * (11 * 1024 * 1024)
    assert post(writer, b'{"items": [{"id": "a", "name": "A"}]}' + blank).status_code == 200
    answer = post(writer, blank * 3)
    assert (answer.status_code, answer.json()["title"]) == (413, "Request Entity Too Large")


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text/csv", {}),
        ("application/x-www-form-urlencoded", {}),
        ("multipart/form-data; boundary=x", {}),
        ("application/json", {"headers": {"content-encoding": "gzip"}}),
    ],
)
def test_only_plain_json_is_taken(writer: Client, kind: str, given: dict[str, Any]) -> None:
    answer = post(writer, b'{"items": [{"id": "a"}]}', content_type=kind, **given)
    assert (answer.status_code, answer.headers["Content-Type"]) == (
        415,
        "application/problem+json",
    )


def test_control_characters_inside_values_are_dropped_as_in_files(writer: Client) -> None:
    answer = post(writer, json.dumps({"items": [{"id": "a\x00b", "name": "\x07Bell\x00"}]}))
    assert answer.json()["results"][0]["id"] == "ab"
    assert Account.objects.get().name == "Bell"


def test_a_rejected_item_with_a_nul_is_kept_without_it(writer: Client) -> None:
    body = {"items": [{"id": "a", "name": "A", "domain": "\x00?\x00"}]}
    assert post(writer, json.dumps(body)).json()["rejected"] == 1


@pytest.mark.parametrize("key", ["x" * 201, "鍵", "a\x00b"])
def test_an_idempotency_key_is_short_and_plain(writer: Client, key: str) -> None:
    answer = post(writer, b'{"items": [{"id": "a"}]}', headers={"idempotency-key": key})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "Idempotency-Key")


def test_methods_are_told_where_they_are_taken(writer: Client) -> None:
    told = {
        path: (writer.options(path).status_code, writer.options(path).headers["Allow"])
        for path in ("/api/v1/accounts", BULK, "/api/v1/accounts/a", "/api/openapi.json")
    }
    reads = (204, "GET, HEAD, OPTIONS")
    assert told == {
        "/api/v1/accounts": reads,
        BULK: (204, "OPTIONS, POST"),
        "/api/v1/accounts/a": reads,
        "/api/openapi.json": reads,
    }
    wrong = [writer.delete("/api/v1/accounts/a"), writer.put(BULK), writer.get(BULK)]
    assert [(each.status_code, each.json()["title"]) for each in wrong] == [
        (405, "Method Not Allowed")
    ] * 3
    assert wrong[2].headers["Allow"] == "OPTIONS, POST"


def test_a_head_is_a_get_without_its_body(writer: Client) -> None:
    head, get = writer.head("/api/v1/accounts"), writer.get("/api/v1/accounts")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(get.content))


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v2/accounts", "/api/v1/nothing", "/api/v1/accounts/", "/api/v1/a%0Ab"]
)
def test_any_other_address_is_a_problem_too(writer: Client, path: str) -> None:
    answer = writer.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (
        404,
        "application/problem+json",
    )


def test_problems_are_told_in_the_language_of_the_call(operations: User) -> None:
    token = make_key(operations)
    told = {
        language: program(token, language=language).get("/api/v1/accounts/nobody").json()["detail"]
        for language in ("en", "ja")
    }
    assert told["en"] == "There is nothing here that this key may see."
    assert len(set(told.values())) == 2


def test_rejected_items_are_looked_at_and_corrected_by_who_sent_them(
    writer: Client, operations: User
) -> None:
    items = {"items": [{"id": "a1", "name": "A"}, {"id": "a2", "name": "B", "employees": "x"}]}
    writer.post("/api/v1/accounts/bulk", json.dumps(items), content_type="application/json")
    of, client = Import.objects.get(), browser(operations)
    said = "A program sent these items. It sends them again, corrected."
    page = visit(client, f"/imports/{of.pk}/")
    assert said in page.texts("p")
    addresses = page.attributes("a", "href")
    assert f"/imports/{of.pk}/rejected/" not in addresses
    refused = Page(client.post(f"/imports/{of.pk}/rejected/", {"row": "1"}, follow=True))
    assert refused.texts("div", **{"class": "flash"}) == [said]
    assert Import.objects.count() == 1
