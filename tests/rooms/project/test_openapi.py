"""The API's own document: public, complete, and true to the routes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from banso.project.api import patterns
from banso.rooms.ingestion.points import in_order

pytestmark = pytest.mark.django_db
BESIDE = {"openapi.json", "", "^"}  # the document itself, and the answer to any other address


@pytest.fixture
def document() -> Any:
    answer = Client().get("/api/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    return answer.json()


def operations(document: Any) -> list[tuple[str, str, Any]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_anybody_may_read_the_document(document: Any) -> None:
    assert (document["openapi"], document["info"]["title"]) == ("3.1.0", "Banso")


def test_every_kind_has_its_three_calls(document: Any) -> None:
    read = {
        ("/api/v1/facts", "get"),
        ("/api/v1/facts/{account}", "get"),
        ("/api/v1/segments", "get"),
        ("/api/v1/models/in-force", "get"),
        ("/api/v1/models/check", "post"),
        ("/api/v1/work", "get"),
    }
    assert {(path, method) for path, method, _operation in operations(document)} - read == {
        call
        for kind in in_order()
        for call in (
            (f"/api/v1/{kind.key}", "get"),
            (f"/api/v1/{kind.key}/{{id}}", "get"),
            (f"/api/v1/{kind.key}/bulk", "post"),
        )
    }


def test_no_route_is_left_out(document: Any) -> None:
    routes = {str(each.pattern) for each in patterns if isinstance(each, URLPattern)} - BESIDE
    told = {
        path.removeprefix("/api/").replace("{", "<path:").replace("}", ">")
        for path in document["paths"]
    }
    assert routes == told


def test_every_call_asks_for_a_key_and_declares_its_problems(document: Any) -> None:
    for path, method, operation in operations(document):
        problems = {status: told for status, told in operation["responses"].items() if status > "4"}
        assert operation["security"] == [{"ApiKeyBearer": []}], path
        assert {"401", "422", "429"} <= problems.keys(), path
        assert {tuple(told["content"]) for told in problems.values()} == {
            ("application/problem+json",)
        }
        assert ("requestBody" in operation) == (method == "post")
    assert document["components"]["securitySchemes"]["ApiKeyBearer"]["scheme"] == "bearer"


def test_an_item_is_told_field_by_field(document: Any) -> None:
    schemas = document["components"]["schemas"]
    for kind in in_order():
        beside = {"facts"} if kind.keeps_other_columns else set()
        keys = {each.key for each in kind.fields} | beside
        assert schemas[f"{kind.key}_item"]["properties"].keys() == keys
        assert schemas[f"{kind.key}_stored"]["properties"].keys() == keys
    employees = schemas["accounts_item"]["properties"]["employees"]
    assert employees == {
        "title": "Employees",
        "type": ["string", "number", "boolean", "null"],
        "description": "Employees. A whole number.",
        "examples": [12],
    }
