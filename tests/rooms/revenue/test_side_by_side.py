"""Two definitions beside each other: what differs, at which accounts; and deletion."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO

import pytest

from banso.engines.revenue.definitions import DEFAULT
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry
from banso.rooms.revenue.actions import (
    DefinitionInUse,
    delete_definition,
    store_definition,
    write_snapshots,
)
from banso.rooms.revenue.models import StoredDefinition
from tests.factories.bridges import DAY, OPENING, make_book
from tests.factories.closed import close
from tests.factories.customers import make_account
from tests.factories.pages import browser, visit
from tests.factories.revenue import make_line
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAYS = {"from": OPENING.isoformat(), "to": TODAY.isoformat()}
PAGE = "/revenue/definitions/"
BOTH = {**DAYS, "definition": "default", "beside": "as_dated"}


@pytest.fixture
def book(acme: Account, mia: User) -> dict[str, Account]:
    """One more account was away for longer than the default calls coming back."""
    found = make_book(acme, mia)
    found["back"] = come_back(90, external_id="back")
    write_snapshots(at=NOON)
    return found


def come_back(arr_minor: int, **given: str) -> Account:
    account = make_account(**given)
    make_line(account, start_on=OPENING - 500 * DAY, end_on=OPENING - 450 * DAY)
    make_line(account, arr_minor=arr_minor, start_on=OPENING + 30 * DAY)
    return account


def test_what_differs_stands_first_with_its_difference_and_opens_to_its_accounts(
    book: dict[str, Account], executive: User
) -> None:
    client = browser(executive)
    page = visit(client, PAGE, **BOTH)
    figures = [row for row in page.rows if len(row) == 4 and row[0] != "Figure"]
    assert figures[:2] == [
        ["New", "¥160", "¥70", "−¥90"],
        ["Reactivation", "¥300", "¥390", "¥90"],
    ]
    assert ["Churn", "−¥4,000", "−¥4,000", "¥0"] in figures[2:]
    assert "figures are the same by both" in " ".join(page.texts("summary"))
    assert "3 settings differ: Grace for late renewals (30 days / 0 days);" in page.text
    [new] = [href for href in page.attributes("a", "href") if "differing/new/?" in href]
    behind = visit(client, new)
    assert behind.heading == "New: 1 account differs, −¥90 in all"
    assert behind.rows[1:] == [[book["back"].name, "¥90", "¥0", "−¥90"]]
    links = [href for href in behind.attributes("a", "href") if "bridge/accounts" in href]
    assert [each.split("definition=")[1] for each in links] == ["default", "default", "as_dated"]


def test_each_rate_opens_to_its_accounts_by_its_own_set(
    book: dict[str, Account], executive: User
) -> None:
    client = browser(executive)
    page = visit(client, PAGE, **BOTH)
    opened = [href for href in page.attributes("a", "href") if "/retention/nrr/" in href]
    assert len(opened) == 2
    for href, named in zip(opened, ("default", "as_dated"), strict=True):
        behind = visit(client, href)
        assert f"definition={named}" in href
        assert behind.heading.startswith("NRR")


def test_the_same_set_twice_agrees_in_everything(book: dict[str, Account], executive: User) -> None:
    page = visit(browser(executive), PAGE, **{**BOTH, "beside": "default"})
    assert "Both are the same set of settings." in page.text
    assert "Every figure is the same by both." in page.text
    none = visit(
        browser(executive), f"{PAGE}differing/reactivation/", **{**BOTH, "beside": "default"}
    )
    assert "Every account is the same by both" in none.text


def test_the_comparison_and_the_accounts_that_differ_are_files(
    book: dict[str, Account], executive: User, mia: User
) -> None:
    head, *rows = csv_rows(executive, f"{PAGE[:-1]}.csv")
    assert head[1:4] == ["Default (ARR)", "Lines as they are dated (ARR)", "Difference (ARR)"]
    assert rows[2][:4] == ["Reactivation", "300", "390", "90"]
    assert (rows[-1][0], rows[-1][4], rows[-1][1]) == ("Logo retention", "0.75", "")
    _head, row = csv_rows(executive, f"{PAGE}differing/reactivation.csv")
    assert row == ["back", book["back"].name, "0", "90", "90"]
    assert csv_rows(mia, f"{PAGE}differing/reactivation.csv")[1:] == []
    sheet = browser(executive).get(f"{PAGE}differing/reactivation.xlsx", BOTH)
    assert b"".join(sheet.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]


def csv_rows(viewer: User, path: str) -> list[list[str]]:
    told = browser(viewer).get(path, BOTH).getvalue()  # type: ignore[attr-defined]
    return list(csv.reader(StringIO(told.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    "path", [f"{PAGE[:-1]}.csv", f"{PAGE}differing/churn/", f"{PAGE}differing/churn.csv"]
)
def test_what_cant_be_compared_says_why(executive: User, path: str) -> None:
    client = browser(executive)
    assert "There is no recurring revenue yet." in visit(client, path).text
    assert "No figures are shown" in visit(client, path, **{"from": "x"}).text
    assert "There is no definition “x”." in visit(client, path, beside="x").text


def test_further_accounts_that_differ_load_as_rows(
    book: dict[str, Account], executive: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banso.rooms.revenue.views.compared.PAGE_SIZE", 1)
    other = come_back(50)
    write_snapshots(at=NOON)
    client = browser(executive)
    [more] = visit(client, f"{PAGE}differing/reactivation/", **BOTH).attributes("a", "hx-get")
    rest = visit(client, f"{PAGE}differing/reactivation/{more}", htmx=True)
    assert rest.rows == [[other.name, "¥0", "¥50", "¥50"]]


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (
            {"fx": "2", "netting": "1"},
            "“Exchange rates of the movements: Those of either day, inside the movements” goes only"
            " with “Changes inside a period: Net out by account”.",
        ),
        (
            {"rate_base": "1"},
            "“Churn rates are told from: The sum of movements” goes only with"
            " “Changes inside a period: Each stands for itself”.",
        ),
        (
            {"grace_days": "30", "reactivation_max_days": "20"},
            "“Coming back counts as reactivation for: 20 days” must be longer than"
            " “Grace for late renewals”.",
        ),
        ({"name": "default"}, "A set of settings can't be called “default”."),
    ],
)
def test_settings_that_dont_go_together_are_both_named(
    operations: User, chosen: dict[str, str], told: str
) -> None:
    client = browser(operations)
    page = visit(client, f"{PAGE}new/")
    usual = dict.fromkeys(page.attributes("select", "name"), "0")
    values = {"name": "x", "grace_days": "30", "reactivation_max_days": "", "pause_keeps_mrr": "1"}
    answer = client.post(f"{PAGE}new/", usual | values | chosen)
    assert told.replace("'", "&#x27;") in answer.content.decode()


def test_a_definition_by_which_nothing_is_closed_can_be_deleted(
    book: dict[str, Account], operations: User, executive: User
) -> None:
    for name in ("Board", "Old"):
        store_definition(replace(DEFAULT, name=name, grace_days=0), by=operations, at=NOON)
    write_snapshots(at=NOON)
    close(operations, definition=replace(DEFAULT, name="Board", grace_days=0))
    client = browser(operations)
    assert "Delete “Old”" in visit(client, PAGE).text
    assert "Delete “Board”" not in visit(client, PAGE).text
    assert "Delete “Old”" not in visit(browser(executive), PAGE).text
    for name in ("Old", "Board"):
        assert client.post(f"{PAGE}delete/", {"name": name}).status_code == 302
    assert list(StoredDefinition.objects.values_list("name", flat=True)) == ["Board"]
    [entry] = Entry.objects.filter(event="revenue.definition_deleted")
    assert entry.details == {"name": "Old"}
    assert browser(executive).post(f"{PAGE}delete/", {"name": "Board"}).status_code in {403, 404}
    with pytest.raises(DefinitionInUse):
        delete_definition("default", by=operations, at=NOON)
