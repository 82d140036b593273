from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from banso.engines.basis.cells import (
    Cell,
    CellFault,
    as_amount,
    as_choice,
    as_date,
    as_decimal,
    as_domain,
    as_email,
    as_integer,
    as_phone,
    as_text,
    as_yes_no,
    is_blank,
)

FIRST_OF_APRIL = date(2026, 4, 1)
TOKYO = timezone(timedelta(hours=9))


def fault_of(reading: Callable[..., object], *given: Any, **options: Any) -> str:
    with pytest.raises(CellFault) as refused:
        reading(*given, **options)
    return refused.value.code


@pytest.mark.parametrize(
    "written",
    [
        "2026-04-01", "2026/4/1", "2026.4.1", "2026年4月1日", "2026年 4月 1日", "20260401",
        "２０２６／０４／０１", "令和8年4月1日", "令和８年４月１日", "R8.4.1", "r08/04/01",
        "令8-4-1", "㋿8年4月1日",
        "平成38年4月1日", "2026/4/1(水)", "2026/4/1 9:05", "2026-04-01T00:00:00.000Z",
        "2026-04-01 23:59:59+0900", " 2026-04-01　", 20260401, 20260401.0, FIRST_OF_APRIL,
        datetime(2026, 4, 1, 9, 30, tzinfo=UTC),
    ],
)  # fmt: skip
def test_a_day_is_read_in_many_spellings(written: Cell) -> None:
    assert as_date(written) == FIRST_OF_APRIL


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("S60.1.1", date(1985, 1, 1)),
        ("大正1年7月30日", date(1912, 7, 30)),
        ("明治45年7月29日", date(1912, 7, 29)),
        ("13/04/2026", date(2026, 4, 13)),
        ("04/13/2026 10:00", date(2026, 4, 13)),
        ("04-04-2026", date(2026, 4, 4)),
    ],
)
def test_eras_and_unmistakable_orders_are_read(written: str, expected: date) -> None:
    assert as_date(written) == expected


def test_the_order_of_a_slash_date_is_the_file_s_to_say() -> None:
    assert as_date("03/04/2026", order="day_first") == date(2026, 4, 3)
    assert as_date("03/04/2026", order="month_first") == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (None, "missing"), ("", "missing"), ("　", "missing"), (True, "not_a_date"),
        ("03/04/2026", "ambiguous_date"), ("26/4/1", "ambiguous_date"),
        ("1.4.26", "ambiguous_date"),
        ("2026-02-30", "not_a_date"), ("2026-13-01", "not_a_date"), ("2026-4/1", "not_a_date"),
        ("令和元年4月30日", "not_a_date"), ("令和0年5月1日", "not_a_date"),
        ("R8.2.30", "not_a_date"),
        ("2026-04-01T25:00:00", "not_a_date"), ("30/02/2026", "not_a_date"), ("未定", "not_a_date"),
        (46113, "not_a_date"), ("46113", "not_a_date"), (46113.5, "not_a_date"),
        (" 1" * 50_000, "not_a_date"), ("(水)", "not_a_date"),
    ],
)  # fmt: skip
def test_what_is_no_single_day_is_a_fault(written: Cell, code: str) -> None:
    assert fault_of(as_date, written) == code


@pytest.mark.parametrize("serial", [46113, 46113.0, 46113.75, "46113", "46113.5", "４６１１３"])
def test_a_serial_number_is_a_day_when_asked_for(serial: Cell) -> None:
    assert as_date(serial, excel_serials=True) == FIRST_OF_APRIL


@pytest.mark.parametrize("serial", [0, 60, -1, 2_958_466, "9999999", "x"])
def test_a_serial_number_excel_cannot_mean_is_a_fault(serial: Cell) -> None:
    assert fault_of(as_date, serial, excel_serials=True) == "not_a_date"


def test_serial_numbers_begin_where_excel_counts_right_and_end_with_its_calendar() -> None:
    assert as_date(61, excel_serials=True) == date(1900, 3, 1)
    assert as_date(2_958_465, excel_serials=True) == date(9999, 12, 31)


def test_a_moment_is_the_day_in_the_zone_asked_for() -> None:
    assert as_date("2026-03-31T15:00:00.000Z", zone=TOKYO) == FIRST_OF_APRIL
    assert as_date("2026-03-31T15:00:00", zone=TOKYO) == date(2026, 3, 31)
    assert as_date(datetime(2026, 3, 31, 15, tzinfo=UTC), zone=TOKYO) == FIRST_OF_APRIL
    assert fault_of(as_date, "9999-12-31T23:00:00Z", zone=TOKYO) == "not_a_date"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1234.5", "1234.5"), ("1,234.5", "1234.5"), ("１，２３４", "1234"), (".5", "0.5"),
        ("+3", "3"),
        ("-5", "-5"), ("－5", "-5"), ("△5", "-5"), ("▲ 5", "-5"), ("(5)", "-5"),
        ("（1,000）", "-1000"),
        (90.0, "90"), (0.1, "0.1"), (7, "7"),
    ],
)  # fmt: skip
def test_a_number_is_read_exactly(written: Cell, expected: str) -> None:
    assert as_decimal(written) == Decimal(expected)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (None, "missing"), (" ", "missing"), (True, "not_a_number"),
        (FIRST_OF_APRIL, "not_a_number"),
        (float("nan"), "not_a_number"), (float("inf"), "not_a_number"), (1e14, "too_large"),
        ("100000000000000", "too_large"), ("1.234,56", "not_a_number"), ("1,5", "not_a_number"),
        ("1E5", "not_a_number"), ("12%", "not_a_number"), ("--5", "not_a_number"),
        ("()", "not_a_number"),
        ("-", "not_a_number"), ("¥5", "not_a_number"), (" 1" * 50_000, "not_a_number"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_a_fault(written: Cell, code: str) -> None:
    assert fault_of(as_decimal, written) == code


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1億2300万", "123000000"), ("1億2千万円", "120000000"), ("2千5百万", "25000000"),
        ("百万円", "1000000"),
        ("12.5千円", "12500"), ("1.5億", "150000000"), ("1兆", "1000000000000"),
        ("1万2,300円", "12300"),
        ("¥1,200", "1200"), ("￥１，２００", "1200"), ("$1,234.50", "1234.50"), ("€ 5", "5"),
        ("1,200円(税込)", "1200"), ("1200円　税抜", "1200"), ("1,200（税別）", "1200"),
        ("JPY 1,200", "1200"), ("1200JPY", "1200"), ("1200 usd", "1200"),
        ("△1,200円", "-1200"), ("¥-1,200", "-1200"), ("-¥1,200", "-1200"), ("(¥1,200)", "-1200"),
        (1200.5, "1200.5"), (5000, "5000"),
    ],
)  # fmt: skip
def test_an_amount_is_read_with_its_trimmings(written: Cell, expected: str) -> None:
    assert as_amount(written) == Decimal(expected)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (None, "missing"), ("", "missing"), ("円", "not_a_number"), ("万", "not_a_number"),
        ("1万2億", "not_a_number"), ("5百3千", "not_a_number"), ("未定", "not_a_number"),
        ("1,2", "not_a_number"), ("100兆", "too_large"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_a_fault(written: Cell, code: str) -> None:
    assert fault_of(as_amount, written) == code


@pytest.mark.parametrize(
    ("written", "expected"),
    [("120名", 120), ("1,200 人", 1200), ("12ヶ月", 12), ("３", 3), (90.0, 90)],
)
def test_a_whole_number_is_read_with_its_counter(written: Cell, expected: int) -> None:
    assert as_integer(written) == expected


def test_a_whole_number_keeps_to_its_bounds() -> None:
    assert as_integer("5", least=5, most=5) == 5
    assert fault_of(as_integer, "4", least=5) == "too_small"
    assert fault_of(as_integer, "6", most=5) == "too_large"
    assert fault_of(as_integer, "5.5") == "not_a_whole_number"
    assert fault_of(as_integer, "約5") == "not_a_number"


@pytest.mark.parametrize(
    "written",
    ["はい", "有", "有り", "あり", "○", "〇", "TRUE", "true", "Yes", "ｙ", "1", 1, 1.0, True],
)
def test_yes_is_read_in_many_spellings(written: Cell) -> None:
    assert as_yes_no(written) is True


@pytest.mark.parametrize(
    "written", ["いいえ", "無", "無し", "なし", "×", "✕", "FALSE", "No", "n", "0", 0, 0.0, False]
)
def test_no_is_read_in_many_spellings(written: Cell) -> None:
    assert as_yes_no(written) is False


@pytest.mark.parametrize("written", ["x", "不明", "2", "yes no"])
def test_what_is_neither_yes_nor_no_is_a_fault(written: str) -> None:
    assert fault_of(as_yes_no, written) == "not_a_yes_or_no"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (" あおぞら　", "あおぞら"), ("㈱髙島屋", "㈱髙島屋"), ("001", "001"), (90.0, "90"),
        (12.5, "12.5"), (7, "7"),
        (True, "TRUE"), (False, "FALSE"), (FIRST_OF_APRIL, "2026-04-01"), ("a\x00b\nc", "ab\nc"),
        (datetime(2026, 4, 1, 9, 30), "2026-04-01 09:30:00"),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_text_is_kept_as_it_was_written(written: Cell, expected: str) -> None:
    assert as_text(written) == expected


@pytest.mark.parametrize("written", [None, "", " 　\n", "#N/A", "\x00"])
def test_text_of_nothing_is_missing(written: Cell) -> None:
    assert fault_of(as_text, written) == "missing"


def test_text_keeps_to_its_length() -> None:
    assert as_text("12345", longest=5) == "12345"
    with pytest.raises(CellFault) as refused:
        as_text("123456", longest=5)
    assert (refused.value.code, refused.value.facts) == ("too_long", {"longest": 5})


def test_blank_is_what_says_nothing() -> None:
    assert [is_blank(cell) for cell in (None, "", "　", "#N/A", "0", 0, False)] == [
        True, True, True, True, False, False, False,
    ]  # fmt: skip


def test_a_choice_is_known_by_its_label_or_its_code() -> None:
    roles = {"CSM": "csm", "CS責任者": "cs_head"}
    written = ["CSM", "ｃｓｍ", "cs_head", "ＣＳ責任者 "]
    assert [as_choice(cell, roles) for cell in written] == ["csm", "csm", "cs_head", "cs_head"]
    assert fault_of(as_choice, "社長", roles) == "not_in_choices"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("A.B@Example.co.jp", "a.b@example.co.jp"), ("ａ＠ｂ．ｊｐ", "a@b.jp"),
        ("a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp"), ("mailto:x@y.jp", "x@y.jp"),
    ],
)  # fmt: skip
def test_an_address_is_read(written: str, expected: str) -> None:
    assert as_email(written) == expected


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("a@b", "not_an_email"), ("a b@c.jp", "not_an_email"), ("@c.jp", "not_an_email"),
        ("山田@c.jp", "not_an_email"), ("a@-c.jp", "not_an_email"),
        ("a@c.jp;d@e.jp", "not_an_email"),
        (f"a@{'b' * 250}.jp", "too_long"), ("", "missing"),
    ],
)  # fmt: skip
def test_what_is_no_address_is_a_fault(written: str, code: str) -> None:
    assert fault_of(as_email, written) == code


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://www.Example.co.jp/path?x=1", "example.co.jp"),
        ("info@example.com", "example.com"),
        ("example.com:8080", "example.com"), ("ｅｘａｍｐｌｅ．ｊｐ", "example.jp"),
        ("日本語.jp", "日本語.jp"),
        ("example.com.", "example.com"),
    ],
)  # fmt: skip
def test_a_domain_is_found_in_what_people_paste(written: str, expected: str) -> None:
    assert as_domain(written) == expected


@pytest.mark.parametrize("written", ["localhost", "192.168.0.1", "なし", "a..b", f"{'a.' * 130}jp"])
def test_what_is_no_domain_is_a_fault(written: str) -> None:
    assert fault_of(as_domain, written) == "not_a_domain"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("03-1234-5678", "+81312345678"), ("（０３）１２３４−５６７８", "+81312345678"),
        ("090ー1234ー5678", "+819012345678"), ("0120-123-456", "+81120123456"),
        ("0800-123-4567", "+818001234567"), ("+81 (0)3-1234-5678", "+81312345678"),
        ("+1 415.555.2671", "+14155552671"),
    ],
)  # fmt: skip
def test_a_certain_phone_number_becomes_international(written: str, expected: str) -> None:
    assert as_phone(written) == expected


@pytest.mark.parametrize(
    "written",
    ["312345678", "03-1234-5678 内線12", "03-1234-5678/090-1234-5678", "110", "+81-03-1234-5678"],
)
def test_an_uncertain_phone_number_stays_as_it_is(written: str) -> None:
    assert as_phone(written) == written


def test_what_has_no_digit_is_no_phone_number() -> None:
    assert fault_of(as_phone, "なし") == "not_a_phone_number"


@pytest.mark.parametrize("cell", ["\x07", "\ufeff", " \x00 ", "#N/A\x1a", "\u3000\x07"])
def test_what_cannot_be_seen_is_blank_and_has_no_text(cell: str) -> None:
    assert is_blank(cell)
    with pytest.raises(CellFault):
        as_text(cell)
