"""`banso import`: exact counts, exit codes, and a database that a bad file leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from banso.rooms.customers.models import Account, AccountFacts, FactDefinition
from banso.rooms.ingestion.models import Import
from banso.rooms.journal.models import Entry
from banso.rooms.people.models import Member
from tests.factories.commands import Answer, run
from tests.factories.customers import make_account
from tests.factories.dumps import dump_of_all

pytestmark = pytest.mark.django_db

Banso = Callable[..., Answer]

TEXT = "顧客ID,顧客名,担当CSM\na1,A,m1\na2,B,\n"
ORPHAN = "顧客ID,顧客名,親会社ID\na1,A,a9\na2,B,\n"
NOTHING = {"created": 0, "updated": 0, "unchanged": 0, "rejected": 0, "warned": 0}


@pytest.fixture
def banso(capsys: pytest.CaptureFixture[str]) -> Banso:
    return lambda *words: run(capsys, *words)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of two kinds, named so that their order is not the order of kinds, and one more."""
    inside = tmp_path / "export"
    inside.mkdir()
    (inside / "1-accounts.csv").write_text(TEXT)
    (inside / "2-members.CSV").write_text("社員ID,氏名\nm1,佐藤\n")
    (inside / "readme.md").write_text("no data")
    return inside


def test_a_folders_files_come_in_each_after_what_it_refers_to(banso: Banso, folder: Path) -> None:
    done = banso("import", folder, "--json")
    assert (done.code, done.err) == (0, "")
    assert done.told == {
        "kinds": {"members": NOTHING | {"created": 1}, "accounts": NOTHING | {"created": 2}},
        "left_out": [],
        "columns_left_out": {},
        "dry_run": False,
        "currency": "JPY",
    }
    assert list(Import.objects.values_list("state", "by__is_system")) == [("committed", True)] * 2


def test_a_second_run_changes_nothing(banso: Banso, folder: Path) -> None:
    banso("import", folder)
    apart = (Import, Entry)
    before = dump_of_all(but=apart)
    done = banso("import", folder, "--json")
    assert done.told["kinds"]["accounts"] == NOTHING | {"unchanged": 2}
    after = dump_of_all(but=apart)
    for ours in (before, after):
        del ours["kit.job"], ours["ingestion.batch"]
    assert after == before


def test_two_files_of_one_kind_are_counted_together(banso: Banso, tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("顧客ID,顧客名\na1,A\n")
    second.write_text("顧客ID,顧客名\na1,B\na2,C\n")
    done = banso("import", first, second, "--json")
    assert done.told["kinds"] == {"accounts": NOTHING | {"created": 2, "updated": 1}}


def test_a_dry_run_counts_as_a_run_would_and_changes_nothing(banso: Banso, folder: Path) -> None:
    before = dump_of_all()
    dry = banso("import", folder, "--dry-run", "--json")
    assert dump_of_all() == before
    wet = banso("import", folder, "--json")
    assert dry.told == wet.told | {"dry_run": True}
    assert Account.objects.count() == 2


def test_a_dry_run_with_rejected_rows_ends_with_1_and_changes_nothing(
    banso: Banso, tmp_path: Path
) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text(ORPHAN)
    before = dump_of_all()
    done = banso("import", path, "--dry-run")
    assert (done.code, dump_of_all()) == (1, before)
    assert done.out.splitlines() == [
        "accounts.csv (accounts): 1 created, 0 updated, 0 unchanged, 1 rejected, 0 warned",
        "  row 2: “Parent account ID” names the account a9, which does not exist",
        "A dry run: nothing was changed.",
    ]


def test_rejected_rows_end_with_1_and_the_first_five_are_told(banso: Banso, tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text("顧客ID,顧客名,従業員数\na0,A,\n" + "".join(f"a{n},,x\n" for n in range(1, 8)))
    done = banso("import", path)
    assert done.code == 1
    assert done.out.splitlines() == [
        "accounts.csv (accounts): 1 created, 0 updated, 0 unchanged, 7 rejected, 0 warned",
        *(
            f"  row {n}: “Account name” is empty, and every row needs it; "
            "“Employees” is not a number"
            for n in range(3, 8)
        ),
    ]


MAPPING = """
[[file]]
name = "customers*"
kind = "accounts"
[file.columns]
code = "id"
[file.facts]
plan = "text"
[file.constants]
name = "Unnamed"
"""


def test_a_mapping_decides_what_is_read_and_what_is_left_out(banso: Banso, folder: Path) -> None:
    (folder / "mapping.toml").write_text(MAPPING)
    (folder / "customers.csv").write_text("code,plan,else\nx1,Pro,y\n")
    done = banso("import", folder, "--mapping", folder / "mapping.toml", "--json")
    assert done.told["kinds"] == {"accounts": NOTHING | {"created": 1}}
    assert done.told["left_out"] == ["1-accounts.csv", "2-members.CSV"]
    assert Account.objects.values_list("external_id", "name").get() == ("x1", "Unnamed")
    told = banso("import", folder, "--mapping", folder / "mapping.toml").out.splitlines()
    assert told[1:] == [
        "  columns left out: else",
        "1-accounts.csv: left out, the mapping does not name it",
        "2-members.CSV: left out, the mapping does not name it",
    ]


def refuse(banso: Banso, *words: str | Path) -> str:
    """The one line on stderr with which a command gives up, having changed nothing."""
    before = dump_of_all()
    done = banso("import", *words)
    assert (done.code, done.out, dump_of_all()) == (2, "", before)
    [line] = done.err.splitlines()
    assert line.startswith("banso: ")
    return line.removeprefix("banso: ")


UNREADABLE = {
    "binary.csv": (bytes(range(256)) * 8, "The file is neither CSV, Excel nor JSON."),
    "empty.csv": (b"", "The file is empty."),
    "cut.csv": ('顧客ID,顧客名\na1,"A'.encode(), "The file ends in the middle: "),
    "encoding.csv": (b"id,name\n\x81\xff\xfe,\xff\n", "The file's character encoding can't be"),
    "numbers.csv": (b"1,2\n3,4\n", "The file has no row with column names."),
    "other.csv": (b"colour,shape\nred,round\n", "From its column names, this file can't be told"),
    "a.xlsx": (b"PK\x03\x04" + bytes(90), "The file ends in the middle: "),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_file_is_refused_in_one_line(banso: Banso, tmp_path: Path, name: str) -> None:
    content, sentence = UNREADABLE[name]
    (tmp_path / name).write_bytes(content)
    line = refuse(banso, tmp_path / name)
    assert line.startswith(f"{tmp_path / name}: {sentence}")


def test_a_truncated_workbook_is_refused_in_one_line(banso: Banso, tmp_path: Path) -> None:
    path = tmp_path / "accounts.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_column(0, 0, ["顧客ID", *map(str, range(500))])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refuse(banso, path).startswith(f"{path}: The file ends in the middle")


def test_one_unreadable_file_stops_those_beside_it(banso: Banso, folder: Path) -> None:
    (folder / "3-broken.xlsx").write_bytes(b"PK\x03\x04" + bytes(90))
    assert str(folder / "3-broken.xlsx") in refuse(banso, folder)


def test_a_path_that_is_not_there_or_holds_no_file_is_refused(banso: Banso, tmp_path: Path) -> None:
    (tmp_path / "readme.md").write_text("no data")
    (tmp_path / "empty").mkdir()
    missing = tmp_path / "nothing.csv"
    assert refuse(banso, missing) == f"{missing} does not exist."
    assert refuse(banso, tmp_path / "empty") == f"{tmp_path / 'empty'} holds no CSV or Excel file."


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('"accounts"', '"colours"', "“colours”"),
        ("code =", "kode =", "“kode”"),
        ('"id"', '"colour"', "“colour”"),
        ('"text"', '"words"', "“fact:words”"),
    ],
)
def test_a_mapping_that_names_what_is_not_there_is_refused(
    banso: Banso, tmp_path: Path, old: str, new: str, named: str
) -> None:
    mapping, path = tmp_path / "mapping.toml", tmp_path / "customers.csv"
    mapping.write_text(MAPPING.replace(old, new, 1))
    path.write_text("code,plan\nx1,Pro\n")
    assert named in refuse(banso, path, "--mapping", mapping)


def test_attributes_that_dont_fit_stop_the_file_with_a_sentence(
    banso: Banso, tmp_path: Path
) -> None:
    labels = [f"f{number}" for number in range(13)]
    rule = ['[[file]]\nkind = "accounts"\n[file.columns]\nid = "id"\nname = "name"\n[file.facts]']
    (tmp_path / "mapping.toml").write_text("\n".join(rule + [f'{x} = "flag"' for x in labels]))
    path = tmp_path / "a.csv"
    path.write_text(f"id,name,{','.join(labels)}\na1,A{',yes' * 13}\n")
    done = banso("import", path, "--mapping", tmp_path / "mapping.toml")
    assert (done.code, done.out, Account.objects.count()) == (2, "", 0)
    assert done.err.startswith(f"banso: {path}: No more attributes of the type “Yes or no” fit.")


CP932 = """顧客ID,顧客名,顧客名カナ,従業員数,契約開始日,売上高,前回更新
a1,㈱髙島屋①,ﾀｶｼﾏﾔ,１，２００名,令和5年4月1日,△１２０,Ｒ８.４.１
"""


def test_a_japanese_export_from_windows_imports_right(banso: Banso, tmp_path: Path) -> None:
    path = tmp_path / "顧客.csv"
    path.write_bytes(CP932.encode("cp932"))
    assert banso("import", path, "--json").told["kinds"] == {"accounts": NOTHING | {"created": 1}}
    names = ("external_id", "name", "kana", "employees", "customer_since")
    assert Account.objects.values_list(*names).get() == (
        *("a1", "㈱髙島屋①", "ﾀｶｼﾏﾔ", 1200, date(2023, 4, 1)),
    )
    slots = FactDefinition.objects.in_bulk(field_name="key")
    kept = [slots["売上高"].slot, slots["前回更新"].slot]
    assert AccountFacts.objects.values_list(*kept).get() == (-120, date(2026, 4, 1))
    same = make_account(name="髙島屋", kana="タカシマヤ")
    assert Account.objects.get(external_id="a1").sort_key == same.sort_key


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-32", "euc_jp", "iso2022_jp"])
def test_other_encodings_read_the_same(banso: Banso, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "members.csv"
    path.write_bytes("社員ID,氏名,氏名カナ\nm1,佐藤 さくら,サトウ\n".encode(encoding))
    assert banso("import", path).code == 0
    assert Member.objects.values_list("name", "kana").get() == ("佐藤 さくら", "サトウ")


def test_a_workbook_comes_in_with_its_dates_and_numbers(banso: Banso, tmp_path: Path) -> None:
    path = tmp_path / "accounts.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["顧客ID", "顧客名", "従業員数", "契約開始日"])
        sheet.write_row(1, 0, [1001, "A", 300])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, 3, date(2026, 4, 1), day)  # type: ignore[arg-type]
    assert banso("import", path).code == 0
    names = ("external_id", "employees", "customer_since")
    assert Account.objects.values_list(*names).get() == ("1001", 300, date(2026, 4, 1))
