"""JSON and JSON lines: columns by path, rows by the list that most records have."""

from __future__ import annotations

import gc
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from banso.rooms.ingestion.sources import SourceRow, Unreadable, open_table


def written(folder: Path, text: str | bytes, name: str = "a.json") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def rows_in(folder: Path, text: str | bytes) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    table = open_table(written(folder, text))
    return table.header, [row.cells for row in table.rows()]


def refused(folder: Path, text: str | bytes, name: str = "a.json") -> tuple[str, dict[str, Any]]:
    with pytest.raises(Unreadable) as refusal:
        open_table(written(folder, text, name))
    return refusal.value.code, refusal.value.facts


RECORDS = (("id", "name"), [(1, "あ"), (2, "い")])


@pytest.mark.parametrize(
    "text",
    [
        '[{"id": 1, "name": "あ"}, {"id": 2, "name": "い"}]',
        '{"data": [{"id": 1, "name": "あ"},\n{"id": 2, "name": "い"}]}',
        '{"object": "list", "has_more": false, "records": [{"id":1,"name":"あ"},'
        '{"id":2,"name":"い"}], "next": {"data": []}}',
        '{"id": 1, "name": "あ"}\n\n{"id": 2, "name": "い"}\n',
        b'\xef\xbb\xbf{"id": 1, "name": "\xe3\x81\x82"}\r\n{"id": 2, "name": "\xe3\x81\x84"}',
        '[{"id": 1, "name": "あ"}, {"id": 2, "name": "い"}]'.encode("utf-16"),
    ],
)
def test_records_stand_in_a_list_an_envelope_or_lines(tmp_path: Path, text: str | bytes) -> None:
    assert rows_in(tmp_path, text) == RECORDS


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('{"id": 1, "data": {"object": 2}}', (("id", "data.object"), [(1, 2)])),
        ('{\n "id": "x",\n "data": ["a", "b"]\n}', (("id", "data"), [("x", "a;b")])),
    ],
)
def test_one_object_is_one_record(tmp_path: Path, text: str, row: Any) -> None:
    assert rows_in(tmp_path, text) == row


def test_no_digit_of_a_number_is_lost(tmp_path: Path) -> None:
    text = (
        '[{"a": 9007199254740993, "b": 12345678901234567890123, "c": 0.10, "d": 1.5e3,'
        ' "e": 1e999999999, "f": -0, "g": true, "h": null, "i": 12345678901234567.89}]'
    )
    assert rows_in(tmp_path, text)[1] == [
        (9007199254740993, "12345678901234567890123", "0.10", "1500", "1e999999999", 0, True, "",
         "12345678901234567.89"),
    ]  # fmt: skip


def test_text_that_no_database_keeps_is_mended(tmp_path: Path) -> None:
    text = r'[{"a": "x\u0000y", "b": "\ud800", "c": "\ud83d\ude00", "d": ["\u0000", "\udfff"]}]'
    assert rows_in(tmp_path, text)[1] == [("xy", "�", "😀", "�")]


def test_the_list_that_most_records_have_spans_rows_and_the_others_are_joined(
    tmp_path: Path,
) -> None:
    text = (
        '[{"id": 1, "taxes": [{"rate": 10}, {"rate": 8}], "lines": [{"n": 1}, {"n": 2}]},'
        ' {"id": 2, "taxes": [], "lines": [{"n": 3, "tags": ["a", "b"]}]},'
        ' {"id": 3, "lines": []}]'
    )
    table = open_table(written(tmp_path, text))
    assert table.header == ("id", "taxes.rate", "lines.n", "lines.tags")
    assert (table.rows_at_most, list(table.rows())) == (
        4,
        [
            SourceRow(1, (1, "10;8", 1, "")),
            SourceRow(2, (1, "10;8", 2, ""), starts_record=False),
            SourceRow(3, (2, "", 3, "a;b")),
            SourceRow(4, (3, "", "", "")),
        ],
    )


def test_a_path_that_comes_late_is_a_column_too(tmp_path: Path) -> None:
    lines = [f'{{"id": {number}}}' for number in range(1500)] + ['{"id": 0, "new": "x"}']
    table = open_table(written(tmp_path, "\n".join(lines)))
    assert (table.header, list(table.rows())[-1]) == (("id", "new"), SourceRow(1501, (0, "x")))


def test_a_key_of_a_path_and_a_path_are_one_column(tmp_path: Path) -> None:
    assert rows_in(tmp_path, '[{"a.b": 1, "a": {"b": 2}, "": 3}]') == (("a.b", "#2"), [("1;2", 3)])


@pytest.mark.parametrize(
    ("text", "code", "facts"),
    [
        ('[{"a": 1},\n{"a": NaN}]', "not_json", {"line": 2}),
        ('[{"a": -Infinity}]', "not_json", {"line": 1}),
        ('[{"a": 1}', "not_json", {"line": 1}),
        ('[{"a": 1},]', "not_json", {"line": 1}),
        ('[{"a": 1} {"a": 2}]', "not_json", {"line": 1}),
        ('[{"a": 1}] x', "not_json", {"line": 1}),
        ('{"data": [{"a": 1}], "b" 1}', "not_json", {"line": 1}),
        ('{"data": [{"a": 1}]', "not_json", {"line": 1}),
        ('{"data": [', "not_json", {"line": 1}),
        ('{"a": 1}\n{"a": 2}\n{"a": \n', "not_json", {"line": 3}),
        ('{"a": NaN}\n{"a": 2}\n', "not_json", {"line": 1}),
        ('{"a": 1}\n{"a": 2} x\n', "not_json", {"line": 2}),
        ('{"a": 1}\n[1]\n', "no_objects", {"line": 2}),
        ('[{"a": 1},\n\n 5]', "no_objects", {"line": 3}),
        ('[{"a": 1, "b": 2, "a": 3}]', "repeated_key", {"key": "a", "line": 1}),
        ("[]", "empty", {}),
        ('{"data": []}', "empty", {}),
        ("[{}]", "empty", {}),
        ('[{"a": ' + "[" * 60 + "1" + "]" * 60 + "}]", "nested_too_deep", {"most": 50}),
        ('[{"a": ' + '{"b":' * 60 + "1" + "}" * 60 + "}]", "nested_too_deep", {"most": 50}),
        ("[{" + '"a":[{' * 100_000, "nested_too_deep", {"most": 50}),
        ("[" + ",".join(f'{{"k{at}":1}}' for at in range(16_385)) + "]", "too_many_columns",
         {"most": 16_384}),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_refused_whole(
    tmp_path: Path, text: str, code: str, facts: dict[str, Any]
) -> None:
    assert refused(tmp_path, text) == (code, facts)


@pytest.mark.parametrize(
    "text",
    [
        "[" + ",".join(f'{{"k{at}":1}}' for at in range(16_385)) + "]",
        '[{"a": ' + '{"b":' * 60 + "1" + "}" * 60 + "}, {}]",
        '{"a": ' + '{"b":' * 60 + "1" + "}" * 60 + '}\n{"a": 1}\n',
    ],
)
def test_a_refusal_midway_leaves_no_file_open(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(Unreadable) as kept:
        open_table(path)
    still = [each for each in gc.get_objects() if type(each) is TextIOWrapper]
    assert not [each for each in still if each.name == str(path) and not each.closed]
    assert kept.value.code in ("too_many_columns", "nested_too_deep")


def test_the_ending_decides_only_where_the_content_does_not(tmp_path: Path) -> None:
    assert refused(tmp_path, "[1, 2]") == ("no_objects", {"line": 1})
    assert refused(tmp_path, "[1, 2]", "a.csv") == ("no_header", {})
    assert open_table(written(tmp_path, "id,name\n1,x\n")).header == ("id", "name")
    assert open_table(written(tmp_path, '[{"id": 1}]', "a.csv")).header == ("id",)
