"""From cells to values: each field by its reader, every fault of a row; keys and depths."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from banso.engines.basis.cells import Cell
from banso.rooms.ingestion.points import Row, kinds
from banso.rooms.ingestion.queries.mapping import Mapping
from banso.rooms.ingestion.queries.reading import Plan, plan, read_row
from banso.rooms.ingestion.queries.surveying import Survey, in_batches, key_of, survey
from banso.rooms.ingestion.sources import SourceRow


def planned(kind: str, *keys: str, **constants: str) -> Plan:
    """The plan for a file whose columns are called like the fields they hold."""
    columns = {key: key for key in keys}
    mapping = Mapping(columns=columns, constants=constants)
    return plan(kinds[kind], mapping, tuple(columns), currency="JPY")


def read(kind: str, **cells: Cell) -> Row:
    return read_row(SourceRow(2, tuple(cells.values())), planned(kind, *cells))


def faults(row: Row) -> list[tuple[str, str]]:
    return [(fault.about, fault.code) for fault in row.faults]


NEW_YEAR_IN_JAPAN = datetime(2025, 12, 31, 15, tzinfo=UTC)

READ: list[tuple[str, str, Cell, Any]] = [
    ("accounts", "id", "  A-1 ", "A-1"),
    ("accounts", "id", 12.0, "12"),
    ("accounts", "corporate_number", "Ｔ７-００００-１２０５-０００２", "7000012050002"),
    ("accounts", "domain", "https://www.Asahi.example/jp", "asahi.example"),
    ("accounts", "employees", "１，２００名", 1200),
    ("accounts", "customer_since", "令和5年4月1日", date(2023, 4, 1)),
    ("accounts", "customer_since", NEW_YEAR_IN_JAPAN, date(2026, 1, 1)),
    ("contacts", "email", "Mailto:Sakura@Asahi.Example", "sakura@asahi.example"),
    ("contacts", "phone", "０３（１２３４）５６７８", "+81312345678"),
    ("contacts", "stake", "決裁者", "decision_maker"),
    ("contacts", "stake", "Executive sponsor", "sponsor"),
    ("members", "leads_team", "○", True),
    ("members", "team", " CS／中堅/東 ", "CS / 中堅 / 東"),
    ("members", "job_role", "csマネージャー", "cs_manager"),
    ("members", "weekly_minutes", "37.5", 2250),
    ("rates", "currency", "米ドル", "USD"),
    ("rates", "rate", "150.123456789012", Decimal("150.1234567890")),
    ("subscriptions", "amount", "120万円", Decimal(1_200_000)),
    ("subscriptions", "interval", "年額", 12),
    ("subscriptions", "interval", "6", 6),
    ("subscriptions", "interval", "Monthly", 1),
    ("subscriptions", "currency", "usd", "USD"),
]


@pytest.mark.parametrize(("kind", "field", "cell", "value"), READ)
def test_a_cell_is_read_by_its_field(kind: str, field: str, cell: Cell, value: object) -> None:
    row = read(kind, **{field: cell})
    assert (row.values, row.faults) == ({field: value}, [])


FAULTY: list[tuple[str, str, Cell, str]] = [
    ("accounts", "id", "", "missing"),
    ("accounts", "id", "x" * 101, "too_long"),
    ("accounts", "name", " ", "missing"),
    ("accounts", "corporate_number", "1234567890123", "bad_corporate_number"),
    ("accounts", "corporate_number", "123456789018", "looks_like_my_number"),
    ("accounts", "domain", "not a domain", "not_a_domain"),
    ("accounts", "domain", f"{'a' * 60}." * 3 + "b" * 18, "too_long"),
    ("accounts", "employees", "many", "not_a_number"),
    ("accounts", "employees", "1.5", "not_a_whole_number"),
    ("accounts", "employees", "-1", "too_small"),
    ("accounts", "employees", "2000000001", "too_large"),
    ("accounts", "customer_since", "03/04/2026", "ambiguous_date"),
    ("accounts", "customer_since", "soon", "not_a_date"),
    ("contacts", "email", "sakura", "not_an_email"),
    ("contacts", "phone", "none", "not_a_phone_number"),
    ("contacts", "stake", "friend", "not_in_choices"),
    ("members", "leads_team", "x", "not_a_yes_or_no"),
    ("members", "team", f"CS / {'x' * 121}", "too_long"),
    ("members", "team", "x/" * 100 + "x", "too_long"),
    ("members", "weekly_minutes", "101", "too_large"),
    ("members", "weekly_minutes", "-1", "too_small"),
    ("rates", "currency", "XXX", "unknown_currency"),
    ("rates", "rate", "0", "too_small"),
    ("rates", "rate", "0.00000000001", "too_small"),
    ("rates", "rate", "99999999999", "too_large"),
    ("subscriptions", "interval", "0", "too_small"),
    ("subscriptions", "interval", "121", "too_large"),
    ("subscriptions", "interval", "weekly", "not_a_number"),
]


@pytest.mark.parametrize(("kind", "field", "cell", "code"), FAULTY)
def test_a_cell_that_cant_be_read_is_a_fault_of_its_field(
    kind: str, field: str, cell: Cell, code: str
) -> None:
    row = read(kind, **{field: cell})
    assert (row.values, faults(row)) == ({}, [(field, code)])


def test_every_fault_of_a_row_is_collected_and_the_rest_is_read() -> None:
    row = read("accounts", id="", name="A", employees="?", domain="?", customer_since="?")
    assert row.values == {"name": "A"}
    assert faults(row) == [
        ("id", "missing"),
        ("employees", "not_a_number"),
        ("domain", "not_a_domain"),
        ("customer_since", "not_a_date"),
    ]


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("accounts", "kana", ""),
        ("accounts", "employees", None),
        ("contacts", "stake", "other"),
        ("members", "weekly_minutes", 2400),
        ("members", "leads_team", False),
        ("subscriptions", "term_end_on", None),
    ],
)
@pytest.mark.parametrize("cell", ["", "　", "#N/A"])
def test_an_empty_cell_clears_the_field(kind: str, field: str, value: object, cell: str) -> None:
    assert read(kind, **{field: cell}).values == {field: value}


def test_a_constant_is_read_like_a_cell_of_every_row() -> None:
    by = planned("subscriptions", "id", currency="ドル", interval="weekly")
    row = read_row(SourceRow(2, ("L-1",)), by)
    assert row.values == {"id": "L-1", "currency": "USD"}
    assert faults(row) == [("interval", "not_a_number")]


FACTS: list[tuple[str, Cell, Any, list[str]]] = [
    ("text", "Pro", "Pro", []),
    ("text", "x" * 201, None, ["too_long"]),
    ("text", "1234-5678-9018", None, ["looks_like_my_number"]),
    ("integer", "３００社", 300, []),
    ("integer", "9" * 14, 99_999_999_999_999, []),
    ("money", "1.2億", 120_000_000, []),
    ("money", "1.5", None, ["too_many_decimals"]),
    ("real", "4.5", 4.5, []),
    ("day", "R8.4.1", date(2026, 4, 1), []),
    ("day", NEW_YEAR_IN_JAPAN, date(2026, 1, 1), []),
    ("flag", "済", True, []),
    ("flag", "?", None, ["not_a_yes_or_no"]),
    ("flag", "", None, []),
]


@pytest.mark.parametrize(("fact_type", "cell", "value", "codes"), FACTS)
def test_an_attribute_is_read_by_its_type(
    fact_type: str, cell: Cell, value: object, codes: list[str]
) -> None:
    mapping = Mapping(columns={"Own": f"fact:{fact_type}"})
    by = plan(kinds["accounts"], mapping, ("Own",), currency="JPY")
    row = read_row(SourceRow(2, (cell,)), by)
    assert row.facts == {"own": value}
    assert faults(row) == [("own", code) for code in codes]


def test_a_row_with_too_many_cells_is_rejected_whole() -> None:
    wide = SourceRow(2, ("A-1", "A", "?"), "too_many_cells")
    row = read_row(wide, planned("accounts", "id", "name"))
    assert (row.values, faults(row)) == ({}, [("", "too_many_cells")])


def surveyed(*rows: tuple[str, str], fault: str | None = None) -> Survey:
    """Accounts of (id, parent), numbered from 2 as under a header."""
    by = planned("accounts", "id", "parent")
    return survey([SourceRow(n, cells, fault) for n, cells in enumerate(rows, start=2)], by)


def test_a_survey_knows_the_first_row_of_each_key() -> None:
    seen = surveyed(("a", ""), ("b", ""), (" a ", "b"), ("", ""))
    keys = [("a",), ("b",), ("a",)]
    assert (seen.rows, [seen.first(key, n) for n, key in enumerate(keys, start=2)]) == (
        4,
        [2, 3, 2],
    )


def test_a_survey_knows_which_ids_the_file_holds() -> None:
    seen = surveyed(("a", ""), ("b", "c"))
    assert [each in seen.ids for each in ("a", "b", "c", "")] == [True, True, False, False]


def test_a_key_of_two_fields_is_only_repeated_when_both_are() -> None:
    by = planned("rates", "currency", "on")
    keys = [
        key_of(SourceRow(2, cells), by)
        for cells in (("usd", "2026-04-01"), ("ドル", "R8.4.1"), ("usd", "?"))
    ]
    assert keys == [("USD", "2026-04-01"), ("USD", "2026-04-01"), ()]


def test_a_constant_part_of_a_key_counts() -> None:
    by = planned("rates", "on", currency="USD")
    row = SourceRow(2, ("2026-04-01",))
    assert key_of(row, by) == ("USD", "2026-04-01")
    assert key_of(row, planned("rates", "on")) == ()


def test_the_second_way_to_tell_rows_apart_stands_in_for_the_first() -> None:
    row = SourceRow(2, ("U-1", "A-1", "2026-04-01"))
    assert key_of(row, planned("usage", "id", "account", "on")) == ("U-1",)
    assert key_of(row, planned("usage", "people", "account", "on")) == ("A-1", "2026-04-01")


def test_a_field_that_stands_in_for_another_tells_its_part_of_the_key() -> None:
    by = planned("usage", "account", "account_name", "on")
    assert key_of(SourceRow(2, ("", "㈱旭", "2026-04-01")), by) == ("㈱旭", "2026-04-01")


def test_a_row_stands_below_its_parents_wherever_they_are_in_the_file() -> None:
    seen = surveyed(("c", "b"), ("b", "a"), ("a", "elsewhere"), ("d", "a"))
    assert {each: seen.stands((each,)) for each in "abcd"} == {"c": 2, "b": 1, "a": 0, "d": 1}
    assert list(seen.passes()) == [0, 1, 2]


def test_who_is_their_own_ancestor_has_no_depth_and_comes_in_the_first_pass() -> None:
    seen = surveyed(("a", "b"), ("b", "a"), ("c", "c"), ("d", "a"))
    assert {each: seen.stands((each,)) for each in "abcd"} == dict.fromkeys("abcd", -1)
    assert list(seen.passes()) == [0]


def test_an_empty_file_has_one_pass_and_no_rows() -> None:
    seen = surveyed()
    assert (seen.rows, list(seen.passes())) == (0, [0])


def test_rows_that_are_too_wide_have_no_key() -> None:
    assert "a" not in surveyed(("a", ""), fault="too_many_cells").ids


@pytest.mark.parametrize(("rows", "sizes"), [(0, []), (2, [2]), (3, [3]), (7, [3, 3, 1])])
def test_batches_are_full_but_for_the_last(rows: int, sizes: list[int]) -> None:
    given = [Row(number=number, cells=()) for number in range(rows)]
    batches = list(in_batches(given, 3))
    assert [len(batch) for batch in batches] == sizes
    assert [row for batch in batches for row in batch] == given
