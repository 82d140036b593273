"""Thousands of calls that no honest program sends: none breaks the server or writes by halves."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from django.apps import apps
from django.test import Client
from django.utils.translation import override
from pytest_django import Settings

from banso.rooms.identity.models import User
from banso.rooms.ingestion.models import Import, RowReport
from banso.rooms.ingestion.points import in_order, kinds
from tests.factories.keys import make_key, program
from tests.factories.nonsense import HOSTILE_CALLS, share

pytestmark = pytest.mark.django_db
SEED, LOOKED_AT_EVERY = 20_261_122, 250
NASTY: tuple[Any, ...] = (
    None, "", " ", "\x00", "a\x00b", "\ud800", "𠮷野家", "👩\u200d👧", "\u202eevil", "x" * 100_000,
    "１２３",
    "-1", "9" * 60, "1e309", "NaN", "Infinity", "0x10", "1,2,3", "△1,000", "=1+1", "2026-02-30",
    "9999-12-31", "0000-00-00", "令和99年1月1日", "1900-02-29T99:99:99Z", "10000-01-01",
    "2026-04-01T00:00:00+99:99", "a@b", "1234567890123", "123456789018", "JPY", "XXX", "acme",
    "yes", "true", "../../etc/passwd", "'; DROP TABLE", "%00", "%(named)s", "{0}", "{{ x }}",
    True, False, 0, -1, 2**31, 2**63, 2**64, -(2**63), 10**400, 0.1, 1e308, -1e308, 5e-324, 1.5,
    [], {}, [[]], {"a": 1}, ["a"] * 10,
)  # fmt: skip
WHOLE_BODIES: tuple[Any, ...] = (
    None, True, 1, "items", [], [{}], {}, {"items": None}, {"items": {}}, {"items": [None]},
    {"items": [[]]}, {"items": [1]}, {"items": []}, {"item": []}, {"items": [{}], "more": 1},
    {"items": [{}] * 5_001},
)  # fmt: skip
PATHS = (
    "/api/v1/{}?after={}", "/api/v1/{}?limit={}", "/api/v1/{}?account={}", "/api/v1/{}/{}",
    "/api/v1/{}{}", "/api/v1/{}?{}", "/api/v2/{}/{}", "/api/{}{}",
)  # fmt: skip
IN_ADDRESSES = (
    "%00", "%0A", "%ff%fe", "%", "%%", "%2e%2e%2f", "1:x", ":", "~", "a~b~c", "%F0%9F%98%80", "0",
    "-1", "9" * 400, "1.5", "true", "null", "a" * 3_000, "%C2%85", "'", "%27%20OR%201=1",
    "bulk/bulk", "[]", "after=1&after=2",
)  # fmt: skip
BAD_HEADERS: tuple[dict[str, str], ...] = (
    {"authorization": ""}, {"authorization": "Bearer"}, {"authorization": "Bearer \x00"},
    {"authorization": "Bearer " + "x" * 10_000}, {"authorization": "Basic YTpi"},
    {"authorization": "é ü"}, {"content-length": "-1"}, {"content-length": "many"},
    {"content-length": str(2**40)}, {"content-encoding": "gzip"}, {"accept-language": "\xff;q=x"},
    {"accept-language": "xx" * 600}, {"idempotency-key": "k" * 1_000},
    {"idempotency-key": "\x00"}, {"idempotency-key": "鍵"},
    {"cookie": "sessionid=\xff; banso_language=../"}, {"x-csrftoken": "x"},
    {"host": "testserver"},
)  # fmt: skip
TYPES = (
    "application/json",
    "application/json",
    "application/json; charset=utf-16",
    "text/json",
    "",
    "a/b;;=",
)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One call: what is sent where."""

    path: str
    method: str = "POST"
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class Enemy:
    """Makes calls up, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.ways: list[Callable[[str], Attempt]] = [
            self.wild_values, self.wild_values, self.wild_values, self.broken_bytes,
            self.whole_body, self.deep, self.address, self.address, self.headers, self.method,
        ]  # fmt: skip

    def attempt(self) -> Attempt:
        kind = self.one_of(tuple(kinds))
        return self.one_of(self.ways)(kind)

    def one_of(self, these: Any) -> Any:
        return these[int(self.rng.integers(len(these)))]

    def items(self, kind: str) -> list[dict[str, Any]]:
        names = [each.key for each in kinds[kind].fields] + ["facts", "nmae"][: self.chance(0.1)]
        return [
            {name: self.one_of(NASTY) for name in names if self.chance(0.6)}
            for _item in range(int(self.rng.integers(1, 5)))
        ]

    def plain_items(self, kind: str) -> list[dict[str, Any]]:
        """Items that are read, whatever they say: only their values are wrong."""
        items = self.items(kind)
        return [
            {k: v for k, v in each.items()
             if k in {f.key for f in kinds[kind].fields} and not isinstance(v, list | dict)
             and v != "\ud800" and v != 10**400}
            for each in items
        ]  # fmt: skip

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def bulk(self, kind: str, body: Any, **given: Any) -> Attempt:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Attempt(path=f"/api/v1/{kind}/bulk", body=data, **given)

    def wild_values(self, kind: str) -> Attempt:
        items = self.plain_items(kind) if self.chance(0.7) else self.items(kind)
        return self.bulk(kind, {"items": items})

    def broken_bytes(self, kind: str) -> Attempt:
        data = bytearray(json.dumps({"items": self.items(kind)[:2]}).encode())
        for _time in range(int(self.rng.integers(1, 6))):
            place = int(self.rng.integers(len(data)))
            data[place : place + int(self.rng.integers(3))] = self.rng.bytes(self.chance(0.7))
        return self.bulk(kind, bytes(data[: len(data) if self.chance(0.5) else place]))

    def whole_body(self, kind: str) -> Attempt:
        return self.bulk(kind, self.one_of(WHOLE_BODIES))

    def deep(self, kind: str) -> Attempt:
        opening, depth = self.one_of((b"[", b'{"items":', b'{"items":[')), self.one_of((50, 5_000))
        return self.bulk(kind, opening * depth)

    def address(self, kind: str) -> Attempt:
        path = self.one_of(PATHS).format(kind, self.one_of(IN_ADDRESSES))
        return Attempt(path=path, method=self.one_of(("GET", "GET", "HEAD")))

    def headers(self, kind: str) -> Attempt:
        given = {"headers": self.one_of(BAD_HEADERS), "content_type": self.one_of(TYPES)}
        return self.bulk(kind, {"items": self.plain_items(kind)}, **given)

    def method(self, kind: str) -> Attempt:
        method = self.one_of(("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"))
        return Attempt(path=self.one_of(PATHS).format(kind, "x"), method=method)


def rows_of_kinds() -> Counter[str]:
    return Counter({kind.key: apps.get_model(kind.model).objects.count() for kind in in_order()})


@cache
def labels(kind: str, language: str) -> dict[str, str]:
    with override(language):
        return {each.key: str(each.label) for each in kinds[kind].fields}


def unnamed(kind: str, language: str, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rejected items of which a finding doesn't name its field in the language."""
    known = labels(kind, language)
    return [
        result
        for place, result in enumerate(results)
        if result["index"] != place
        or (result["status"] == "rejected" and not result["findings"])
        or any(known.get(f["field"], "") not in f["message"] for f in result["findings"])
    ]


def send(client: Client, attempt: Attempt) -> Any:
    return client.generic(
        attempt.method, attempt.path, attempt.body, attempt.content_type, headers=attempt.headers
    )


def test_hostile_calls_are_answered_and_write_only_what_they_say(
    operations: User, settings: Settings
) -> None:
    calls = share(HOSTILE_CALLS)
    settings.BANSO = replace(settings.BANSO, api_calls=calls)
    token = make_key(operations, may_write=True)
    callers = {each: program(token, language=each) for each in ("ja", "en")}
    enemy, created, answered = Enemy(SEED), rows_of_kinds(), Counter[int]()
    for number in range(calls):
        attempt, language = enemy.attempt(), ("ja", "en")[number % 2]
        answer = send(callers[language], attempt)
        answered[answer.status_code] += 1
        assert answer.status_code < 500, attempt
        if answer.status_code == 200 and attempt.method == "POST":
            kind, told = attempt.path.split("/")[3], answer.json()
            created[kind] += told["created"]
            if "accept-language" not in attempt.headers:
                assert unnamed(kind, language, told["results"]) == [], attempt
        elif answer.status_code >= 400 and attempt.method != "HEAD":
            assert answer.headers["Content-Type"] == "application/problem+json", attempt
            assert answer.json()["detail"], attempt
        if number % LOOKED_AT_EVERY == 0:
            assert rows_of_kinds() == created
    assert rows_of_kinds() == created
    rejected = sum(Import.objects.values_list("rejected", flat=True))
    assert RowReport.objects.filter(severity="rejected").count() == rejected
    assert {200, 400, 401, 404, 405, 413, 415, 422} <= answered.keys(), answered
    assert answered[200] > calls // 5, answered
