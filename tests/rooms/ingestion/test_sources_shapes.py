"""Footers, records over several rows, merged headers, and what single systems need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from banso.rooms.ingestion.sources import Footer, SourceRow, open_table
from banso.rooms.ingestion.sources.delimited import delimiter_of
from banso.rooms.ingestion.sources.kintone import plain_text
from banso.rooms.ingestion.sources.salesforce import long_id


def written(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def seen(folder: Path, text: str) -> tuple[list[int], Footer, int]:
    table = open_table(written(folder, text))
    return [row.number for row in table.rows()], table.footer, table.rows_at_most


@pytest.mark.parametrize(
    ("text", "rows", "footer"),
    [
        ("a,b,c\n1,2,3\n\nReport\nMe\n", [2], Footer(2, ("Report", "Me"))),
        ("a,b,c\n1,2,3\nReport\nMe\n", [2], Footer(2, ("Report", "Me"))),
        ("a,b,c\n1,2,3\n\nReport,,\n\n\nMe,,\n", [2], Footer(2, ("Report", "Me"))),
        ("a,b,c\n1,2,3\nReport\n", [2, 3], Footer()),
        ("a,b,c\n1,2,3\n4,,\n5,,\n", [2, 3, 4], Footer()),
        ("a,b,c\n1,2,3\n\n4\n5\n\n6,7,8\n", [2, 4, 5, 7], Footer()),
        ("a,b,c\n1,2,3\n4\n\nReport\n", [2, 3], Footer(1, ("Report",))),
        ("a,b,c\n1,2,3\n\n,,8\n", [2, 4], Footer()),
        ("a,b,c\n\nReport\nMe\n", [], Footer(2, ("Report", "Me"))),
        ("a,b\n1,2\n\n3\n4\n", [2, 4, 5], Footer()),
        ("a\n1\n\n2\n", [2, 4], Footer()),
        ("a,b,c\n1,2,3\n\n" + "x\n" * 9, [2], Footer(9, ("x",) * 5)),
    ],
)
def test_a_footer_is_left_out_and_told(
    tmp_path: Path, text: str, rows: list[int], footer: Footer
) -> None:
    assert seen(tmp_path, text) == (rows, footer, len(rows))


def test_a_long_footer_does_not_hide_the_header_of_a_short_table(tmp_path: Path) -> None:
    text = "題\n\nid,name,city\n1,あ,東京\n\n" + "末尾\n" * 6
    table = open_table(written(tmp_path, text))
    assert (table.header, table.footer.count) == (("id", "name", "city"), 6)


def book_at(
    path: Path, rows: list[list[Any]], merged: list[tuple[int, int, int, int, str]]
) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for area in merged:
        sheet.merge_range(*area)
    for number, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            if cell != "":
                sheet.write(number, place, cell)
    book.close()
    return path


def test_a_formatted_report_in_a_workbook(tmp_path: Path) -> None:
    path = book_at(
        tmp_path / "report.xlsx",
        [
            ["", "取引先レポート"],
            [],
            ["", "取引先 ID", "取引先名", "業種"],
            ["", "0015g00000AbCdE", "青葉", "製造"],
            ["", "A-2", "", ""],
            [],
            ["", "合計", "", ""],
            ["", "機密情報 - 配布禁止", "", ""],
        ],
        [],
    )
    table = open_table(path)
    assert (table.header, table.rows_at_most) == (("取引先 ID", "取引先名", "業種"), 2)
    assert table.footer == Footer(2, ("合計", "機密情報 - 配布禁止"))
    assert list(table.rows()) == [
        SourceRow(4, ("0015g00000AbCdEAAV", "青葉", "製造")),
        SourceRow(5, ("A-2", "", "")),
    ]


def test_merged_headers_and_merged_cells(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        [],
        [],
        ["", "", "", "", "", "開始", "終了"],
        ["", "1", "あ", "製造", "関東", "4月", "3月"],
        ["", "", "い", "製造", "関東", "5月", "4月"],
    ]
    merged = [
        (0, 1, 0, 6, "顧客一覧"), (1, 1, 2, 1, "ID"), (1, 2, 2, 2, "名前"), (1, 3, 2, 3, "業種"),
        (1, 4, 2, 4, "地域"), (1, 5, 1, 6, "契約"), (3, 1, 4, 1, "1"),
    ]  # fmt: skip
    table = open_table(book_at(tmp_path / "merged.xlsx", rows, merged))
    assert (table.header, table.header_number) == (
        ("ID", "名前", "業種", "地域", "開始", "終了"),
        3,
    )
    assert [row.cells for row in table.rows()] == [
        ("1", "あ", "製造", "関東", "4月", "3月"),
        ("1", "い", "製造", "関東", "5月", "4月"),
    ]


@pytest.mark.parametrize("marker", ["レコードの開始行", "*"])
def test_the_column_that_marks_a_record_is_no_column(tmp_path: Path, marker: str) -> None:
    table = open_table(written(tmp_path, f"{marker},番号,名\n*,1,あ\n,1,い\n*,2,う\n"))
    assert table.header == ("番号", "名")
    assert list(table.rows()) == [
        SourceRow(2, ("1", "あ")),
        SourceRow(3, ("1", "い"), starts_record=False),
        SourceRow(4, ("2", "う")),
    ]


def test_a_ragged_row_of_kintone_keeps_its_fault(tmp_path: Path) -> None:
    text = "レコードの開始行,番号,製品[A],製品[B]\n*,1,1\n*,2,1,1,9\n"
    assert list(open_table(written(tmp_path, text)).rows()) == [
        SourceRow(2, ("1", "A"), "too_few_cells"),
        SourceRow(3, ("2", "A;B", "9"), "too_many_cells"),
    ]


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("レコード番号,金額[円],更新者\n1,500,x\n", ("レコード番号", "金額[円]", "更新者")),
        ("レコード番号,同意[する],更新者\n1,1,x\n", ("レコード番号", "同意", "更新者")),
        ("レコード番号,製品,製品[A]\n1,,1\n", ("レコード番号", "製品", "製品[A]")),
        ("番号,製品[A],製品[B]\n1,1,1\n", ("番号", "製品[A]", "製品[B]")),
    ],
)
def test_only_check_boxes_of_kintone_become_one_column(
    tmp_path: Path, text: str, header: tuple[str, ...]
) -> None:
    assert open_table(written(tmp_path, text)).header == header


@pytest.mark.parametrize(
    ("rich", "plain"),
    [
        ("a &lt;b&gt; c", "a <b> c"),
        ("<div>一</div><div><br></div><div>二</div>", "一\n\n二"),
        ('<a href="https://example.com/?a=1&amp;b=2">表</a>&nbsp;', "表"),
        ("R&D & <tanaka@example.com>", "R&D & <tanaka@example.com>"),
        ("&#0;&#xD800;&#x110000;", "���"),
        (5, 5),
    ],
)
def test_rich_text_becomes_plain(rich: Any, plain: Any) -> None:
    assert plain_text(rich) == plain


def test_markup_elsewhere_stays_as_it_is(tmp_path: Path) -> None:
    table = open_table(written(tmp_path, "番号,名\n1,<b>あ</b> &amp; い\n"))
    assert [row.cells for row in table.rows()] == [("1", "<b>あ</b> &amp; い")]


@pytest.mark.parametrize(
    ("lines", "delimiter"),
    [
        (['"a b" "c"\n', '"1" "2, 3"\n'], " "),
        (['"a b","c d"\n', '"1 2","3 4"\n'], ","),
        (['"first name"\n', '"Ann Lee"\n'], ","),
        (["a b\n", "c d\n"], ","),
    ],
)
def test_spaces_cut_only_where_every_cell_is_quoted(lines: list[str], delimiter: str) -> None:
    assert delimiter_of(lines) == delimiter


@pytest.mark.parametrize(
    ("header", "cells", "whole"),
    [
        ("First Name,Last Name", "Ann,Lee", ("full name", "Ann Lee")),
        ("LastName,FirstName", "佐藤,さくら", ("full name", "佐藤 さくら")),
        ("姓,名", "佐藤,", ("氏名", "佐藤")),
    ],
)
def test_a_name_in_two_columns_gets_a_third(
    tmp_path: Path, header: str, cells: str, whole: tuple[str, str]
) -> None:
    table = open_table(written(tmp_path, f"{header}\n{cells}\n"))
    assert (table.header[-1], next(table.rows()).cells[-1]) == whole


def test_a_whole_name_is_not_made_twice(tmp_path: Path) -> None:
    table = open_table(written(tmp_path, "氏名,姓,名\n佐藤 健,佐藤,健\n"))
    assert table.header == ("氏名", "姓", "名")


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("001A0000006Vm9r", "001A0000006Vm9rIAC"),
        ("001A0000006Vm9rIAC", "001A0000006Vm9rIAC"),
        ("001234567890123", "001234567890123"),
        ("A-1", "A-1"),
        (15, 15),
    ],
)
def test_short_ids_of_salesforce_become_long(cell: Any, kept: Any) -> None:
    assert long_id(cell) == kept


@pytest.mark.parametrize(
    ("interval", "amount", "quantity", "reckoned"),
    [
        ("month", "5000", "3", ("15000", "1")),
        ("quarter", "1,000.5", "", ("1000.5", "3")),
        ("every 6 months", "10", "1", ("10", "6")),
        ("week", "10", "1", ("10", "")),
        ("year", "free", "1", ("", "12")),
    ],
)
def test_what_stripe_leaves_to_arithmetic(
    tmp_path: Path, interval: str, amount: str, quantity: str, reckoned: tuple[str, str]
) -> None:
    text = f'id,Interval,Amount,Quantity,Created (UTC)\n1,{interval},"{amount}",{quantity},\n'
    row = next(open_table(written(tmp_path, text)).rows())
    assert row.cells[-3:] == (*reckoned, "")
