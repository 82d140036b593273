"""`/api/v1`: what a key lets a program read and bring in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from banso.rooms.customers.models import Account
from banso.rooms.identity.actions import revoke_key
from banso.rooms.identity.models import ApiKey, User
from banso.rooms.ingestion.actions.bulk import ANSWER_KEPT_FOR, Call, ReusedKey, bring_in_items
from banso.rooms.ingestion.models import Import, KeptAnswer, RowReport
from banso.rooms.ingestion.points import kinds
from tests.factories.customers import make_account, make_contact, make_fact
from tests.factories.ingestion import take_back
from tests.factories.keys import make_key, program
from tests.factories.pages import browser
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
ACCOUNTS, CONTACTS, RATES = "/api/v1/accounts", "/api/v1/contacts", "/api/v1/rates"


@pytest.fixture
def writer(operations: User) -> Client:
    return program(make_key(operations, may_write=True, name="warehouse"))


def send(client: Client, path: str, *items: dict[str, Any], key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    body = json.dumps({"items": items})
    return client.post(f"{path}/bulk", body, content_type="application/json", headers=headers)


def outcomes(answer: Any) -> list[tuple[Any, ...]]:
    """Index, id, status and the findings' fields and codes of each item."""
    assert answer.status_code == 200, answer.content
    return [
        (r["index"], r["id"], r["status"], [(f["field"], f["code"]) for f in r["findings"]])
        for r in answer.json()["results"]
    ]


# --- who comes in --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [ACCOUNTS, f"{ACCOUNTS}/acme"])
def test_without_a_key_that_holds_nothing_is_told(operations: User, path: str) -> None:
    token = make_key(operations)
    revoke_key(ApiKey.objects.get(), by=operations, at=NOON)
    expired = make_key(operations, days=1, at=NOON - timedelta(days=3_000))
    callers = [program(), program(token), program(expired), program("banso_x"), browser(operations)]
    answers = [caller.get(path) for caller in callers]
    assert [each.status_code for each in answers] == [401] * 5
    assert {each.headers["WWW-Authenticate"] for each in answers} == {"Bearer"}
    assert {each.headers["Content-Type"] for each in answers} == {"application/problem+json"}


def test_a_session_and_its_csrf_token_bring_nothing_in(operations: User) -> None:
    assert send(browser(operations), ACCOUNTS, {"id": "a", "name": "A"}).status_code == 401
    assert Import.objects.count() == 0


def test_a_key_sees_what_its_user_sees(sakura: User, mia: User, acme: Account) -> None:
    make_contact(acme, external_id="c1")
    clients = [program(make_key(user, by=user_of_keys(user))) for user in (sakura, mia)]
    pages = [client.get(path).json() for client in clients for path in (ACCOUNTS, CONTACTS)]
    assert [[row["id"] for row in page["items"]] for page in pages] == [["acme"], ["c1"], [], []]


def user_of_keys(user: User) -> User:
    """Keys for people who bring no data in are created by an administrator."""
    return User.objects.filter(role="administrator").first() or User.objects.create(
        email=f"by{user.pk}@b.example", name="管理", role="administrator", joined_at=NOON
    )


def test_an_account_out_of_sight_is_not_there(sakura: User, mia: User, acme: Account) -> None:
    codes = [
        program(make_key(user, by=user_of_keys(user))).get(f"{ACCOUNTS}/acme").status_code
        for user in (sakura, mia)
    ]
    assert codes == [200, 404]


def test_only_a_writing_key_of_somebody_who_brings_data_in_writes(
    sakura: User, operations: User
) -> None:
    for token in (
        make_key(sakura, may_write=True, by=user_of_keys(sakura)),
        make_key(operations, may_write=False),
    ):
        answer = send(program(token), ACCOUNTS, {"id": "a", "name": "A"})
        assert (answer.status_code, answer.json()["title"]) == (403, "Forbidden")
    assert Account.objects.filter(external_id="a").count() == 0


def test_too_many_calls_in_a_minute_are_told_to_wait(operations: User, settings: Settings) -> None:
    settings.BANSO = replace(settings.BANSO, api_calls=2)
    client = program(make_key(operations))
    answers = [client.get(ACCOUNTS) for _time in range(4)]
    assert [each.status_code for each in answers].count(429) >= 1
    late = next(each for each in answers if each.status_code == 429)
    assert 0 < int(late.headers["Retry-After"]) <= 60


# --- reading -------------------------------------------------------------------------------------


def test_pages_follow_each_other_without_gap_or_overlap(writer: Client) -> None:
    for number in range(5):
        make_account(external_id=f"a{number}")
    seen, after = [], {}
    while True:
        page = writer.get(ACCOUNTS, {"limit": "2"} | after).json()
        seen.append([row["id"] for row in page["items"]])
        if page["after"] is None:
            break
        after = {"after": page["after"]}
    assert seen == [["a0", "a1"], ["a2", "a3"], ["a4"]]


def test_a_list_is_cut_to_one_account(writer: Client, acme: Account) -> None:
    make_contact(acme, external_id="c1")
    make_contact(make_account(), external_id="c2")
    page = writer.get(CONTACTS, {"account": "acme"}).json()
    assert [(row["id"], row["account"]) for row in page["items"]] == [("c1", "acme")]


@pytest.mark.parametrize(
    "question",
    [{"after": ""}, {"after": "1:x"}, {"after": "x"}, {"limit": "0"}, {"limit": "1001"},
     {"limit": "9" * 40}, {"limit": "ten"}, {"limits": "10"},
     {"account": "a" * 101}, {"account": "a\x00"}],
)  # fmt: skip
def test_a_question_that_is_not_understood_is_a_problem(
    writer: Client, question: dict[str, str]
) -> None:
    answer = writer.get(ACCOUNTS.replace("accounts", "contacts"), question)
    assert (answer.status_code, answer.json()["status"]) == (422, 422)


def test_several_parts_of_a_key_stand_between_tildes(writer: Client) -> None:
    rate = {"currency": "USD", "on": "2026-04-01", "rate": "150.25"}
    send(writer, RATES, rate)
    assert writer.get(f"{RATES}/USD~2026-04-01").json() == rate
    missing = ["USD", "USD~", "USD~2026-04-02", "~2026-04-01", "USD~2026-04-01~x", "ÅÅÅ~x"]
    assert [writer.get(f"{RATES}/{each}").status_code for each in missing] == [404] * 6


def test_an_id_may_hold_slashes_and_any_language(writer: Client) -> None:
    for own in ("a/b", "顧客 1", "a?b", "%2F"):
        make_account(external_id=own)
    told = [writer.get(f"{ACCOUNTS}/{path}").json()["id"]
            for path in ("a/b", "a%2Fb", "顧客 1", "a%3Fb", "%252F")]  # fmt: skip
    assert told == ["a/b", "a/b", "顧客 1", "a?b", "%2F"]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_asks_the_database_equally_often(
    writer: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        make_contact(make_account())
    writer.get(CONTACTS)  # notes that the key was used
    with django_assert_num_queries(2):
        assert len(writer.get(CONTACTS).json()["items"]) == rows


# --- bringing in ---------------------------------------------------------------------------------


def test_each_item_is_judged_by_itself(writer: Client) -> None:
    make_account(external_id="old", name="Old")
    make_account(external_id="same", name="Same")
    answer = send(
        writer,
        ACCOUNTS,
        {"id": "new", "name": "New"},
        {"id": "old", "name": "Changed"},
        {"id": "same", "name": "Same"},
        {"id": "bad", "name": "Bad", "parent": "nobody", "employees": 1.5},
        {"name": "Nameless"},
        {"id": "new", "name": "Again"},
        {"id": "half"},
    )
    assert outcomes(answer) == [
        (0, "new", "created", []),
        (1, "old", "updated", []),
        (2, "same", "unchanged", []),
        (3, "bad", "rejected", [("employees", "not_a_whole_number")]),
        (4, None, "rejected", [("id", "missing")]),
        (5, "new", "rejected", [("id", "repeated_item")]),
        (6, "half", "rejected", [("name", "missing")]),
    ]
    counts = {k: v for k, v in answer.json().items() if k not in {"results", "import_id"}}
    assert counts == {"created": 1, "updated": 1, "unchanged": 1, "rejected": 4}
    assert set(Account.objects.values_list("external_id", "name")) == {
        ("new", "New"), ("old", "Changed"), ("same", "Same"),
    }  # fmt: skip


def test_what_is_left_out_stays_and_null_empties(writer: Client) -> None:
    send(writer, ACCOUNTS, {"id": "a", "name": "A", "industry": "製造", "employees": 12})
    answers = [
        send(writer, ACCOUNTS, {"id": "a", "industry": "小売"}),
        send(writer, ACCOUNTS, {"id": "a", "employees": None}),
        send(writer, ACCOUNTS, {"id": "a"}),
        send(writer, ACCOUNTS, {"id": "a", "name": None}),
    ]
    assert [outcomes(each)[0][2] for each in answers] == [
        "updated", "updated", "unchanged", "rejected",
    ]  # fmt: skip
    account = writer.get(f"{ACCOUNTS}/a").json()
    assert [account[key] for key in ("name", "industry", "employees")] == ["A", "小売", None]


def test_a_child_may_stand_before_its_parent(writer: Client) -> None:
    answer = send(
        writer,
        ACCOUNTS,
        {"id": "grandchild", "name": "G", "parent": "child"},
        {"id": "child", "name": "C", "parent": "parent"},
        {"id": "parent", "name": "P"},
        {"id": "own", "name": "O", "parent": "own"},
    )
    assert [row[2:] for row in outcomes(answer)] == [
        ("created", []), ("created", []), ("created", []),
        ("rejected", [("parent", "own_ancestor")]),
    ]  # fmt: skip
    assert writer.get(f"{ACCOUNTS}/grandchild").json()["parent"] == "child"


def test_own_attributes_go_in_and_come_back(writer: Client) -> None:
    make_fact("plan")
    answer = send(
        writer,
        ACCOUNTS,
        {"id": "a", "name": "A", "facts": {"plan": "Pro"}},
        {"id": "b", "name": "B", "facts": {"colour\x00": "red"}},
        {"id": "c", "name": "C", "facts": {"plan": "123456789018"}},
    )
    assert outcomes(answer)[1:] == [
        (1, "b", "rejected", [("colour", "unknown_fact")]),
        (2, "c", "rejected", [("plan", "looks_like_my_number")]),
    ]
    assert writer.get(f"{ACCOUNTS}/a").json()["facts"] == {"plan": "Pro"}


def test_findings_are_told_in_the_language_of_the_call(operations: User) -> None:
    token = make_key(operations, may_write=True)
    told = []
    for language in ("ja", "en", "fr"):
        answer = send(program(token, language=language), RATES, {"currency": "XXX", "on": "2026"})
        told.append((answer.headers["Content-Language"], answer.json()["results"][0]["findings"]))
    assert [language for language, _found in told] == ["ja", "en", "ja"]
    messages = [[found["message"] for found in each] for _language, each in told]
    assert messages[1] == [
        "“Currency” is not a currency code such as JPY or USD",
        "“From” is not a date that can be read",
        "“Rate” is empty, and every row needs it",
    ]
    assert messages[0] == messages[2] != messages[1]


# --- the call among the imports ------------------------------------------------------------------


def test_a_call_stands_among_the_imports_and_can_be_taken_back(
    writer: Client, operations: User
) -> None:
    answer = send(writer, ACCOUNTS, {"id": "a", "name": "A"}, {"id": "b", "name": 3, "domain": "?"})
    of = Import.objects.get()
    assert (of.pk, of.kind, of.file_name, of.mapping_name) == (
        answer.json()["import_id"], "accounts", "API", "warehouse",
    )  # fmt: skip
    assert (of.state, of.created, of.rejected, of.total_rows, of.done_rows) == (
        "committed", 1, 1, 2, 2,
    )  # fmt: skip
    report = RowReport.objects.get()
    assert (report.row_number, report.cells) == (2, ["b", 3, "?"])
    take_back(of, by=operations)
    assert Account.objects.count() == 0


def test_its_page_opens(writer: Client, operations: User) -> None:
    send(writer, ACCOUNTS, {"id": "a", "name": "A"}, {"id": "b"})
    client, of = browser(operations), Import.objects.get()
    codes = [client.get(path).status_code for path in ("/imports/", f"/imports/{of.pk}/")]
    assert codes == [200, 200]


# --- the same call twice -------------------------------------------------------------------------


def test_a_call_repeated_under_its_key_changes_nothing_and_hears_the_same(writer: Client) -> None:
    item = {"id": "a", "name": "A"}
    first, second = (send(writer, ACCOUNTS, item, {"id": "b"}, key="k1") for _time in range(2))
    assert first.json() == second.json()
    assert [row[2] for row in outcomes(second)] == ["created", "rejected"]
    assert (Import.objects.count(), KeptAnswer.objects.count()) == (1, 1)
    assert outcomes(send(writer, ACCOUNTS, item, key="k2"))[0][2] == "unchanged"


def test_a_key_used_for_another_call_is_refused(writer: Client) -> None:
    send(writer, ACCOUNTS, {"id": "a", "name": "A"}, key="k1")
    other_body = send(writer, ACCOUNTS, {"id": "a", "name": "B"}, key="k1")
    other_kind = send(writer, CONTACTS, {"id": "a", "name": "A"}, key="k1")
    assert (other_body.status_code, other_kind.status_code) == (422, 422)
    assert Account.objects.get().name == "A"


def test_keys_of_two_programs_do_not_meet(writer: Client, operations: User) -> None:
    other = program(make_key(operations, may_write=True))
    item = {"id": "a", "name": "A"}
    statuses = [outcomes(send(each, ACCOUNTS, item, key="k1"))[0][2] for each in (writer, other)]
    assert statuses == ["created", "unchanged"]


def test_an_answer_is_kept_for_a_day(operations: User) -> None:
    make_key(operations, may_write=True)
    key, kind = ApiKey.objects.get(), kinds["accounts"]
    call = Call(kind=kind, items=[{"id": "a", "name": "A"}], key=key, idempotency_key="k")
    other = replace(call, items=[{"id": "a", "name": "B"}])
    bring_in_items(call, by=operations, at=NOON, on=TODAY)
    late = NOON + ANSWER_KEPT_FOR - timedelta(seconds=1)
    with pytest.raises(ReusedKey):
        bring_in_items(other, by=operations, at=late, on=TODAY)
    again = bring_in_items(other, by=operations, at=NOON + ANSWER_KEPT_FOR, on=TODAY)
    assert [result.status for result in again.results] == ["updated"]
