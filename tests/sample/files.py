"""The sample company as its files alone tell it: nothing here knows how they were made."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest

from banso.sample import Written, write_company

UNTIL = date(2026, 7, 15)
Row = dict[str, str]
KANA = re.compile(r"[ァ-ヴー]+")
FULL_NAME = re.compile(r"[ァ-ヴー]+ [ァ-ヴー]+")
PRODUCTS = {"アオゾラ勤怠", "アオゾラ給与", "アオゾラ労務"}
JOB_ROLES = {
    "CSM", "戦略型CSM", "AE", "AM", "CSマネージャー", "CS責任者", "CS Ops", "サポート",
    "オンボーディング", "トレーナー", "パートナー営業", "役員",
}  # fmt: skip
STAKES = {
    "決裁者", "推進者", "利用者", "役員スポンサー", "外部アドバイザー", "経理窓口", "情シス",
    "その他",
}  # fmt: skip


class Use(NamedTuple):
    """A row of usage.csv: there are too many for dictionaries."""

    account: str
    day: str
    product: str
    users: int
    turns: int
    seconds: int
    errors: int


@dataclass(frozen=True)
class Company:
    """`tables` by kind, the pauses among the subscription lines apart as `pauses`."""

    tables: dict[str, list[Row]]
    truth: dict[str, Any]
    written: Written
    usage: list[Use]

    @cached_property
    def accounts(self) -> dict[str, Row]:
        return {row["顧客ID"]: row for row in self.tables["accounts"]}

    @cached_property
    def living(self) -> list[Row]:
        return [row for row in self.tables["accounts"] if row["担当CSM"]]

    @cached_property
    def lines(self) -> dict[str, Row]:
        return {line["契約明細ID"]: line for line in self.tables["subscriptions"]}

    def term_began(self, line: Row) -> str:
        """The first day of a line, or of the one of which it is a foreseen step."""
        while line["契約予定の増減"] == "はい":
            line = self.lines[line["変更元明細ID"]]
        return line["開始日"]

    def fact(self, name: str) -> Any:
        return self.truth["facts"][name]


def read_usage(path: Path) -> list[Use]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        assert next(rows) == [
            "顧客ID", "日付", "製品", "利用者数", "利用回数", "利用秒数", "エラー数",
        ]  # fmt: skip
        return [
            Use(sys.intern(account), sys.intern(day), sys.intern(product), *map(int, counts))
            for account, day, product, *counts in rows
        ]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def company(accounts: int, seed: int = 7, until: date = UNTIL) -> Company:
    with TemporaryDirectory() as folder:
        written = write_company(Path(folder), accounts=accounts, seed=seed, until=until)
        files = written.files
        tables = {kind: read(path) for kind, path in files.items() if kind != "usage"}
        lines = tables["subscriptions"]
        tables["pauses"] = [line for line in lines if line["明細種別"] == "休止"]
        tables["subscriptions"] = [line for line in lines if line["明細種別"] == "定期"]
        truth = json.loads(written.truth.read_text("utf-8"))
        return Company(tables, truth, written, read_usage(files["usage"]))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def last_paid(line: Row) -> date:
    return date.fromisoformat(line["終了日"]) if line["終了日"] else date.max


def start(line: Row) -> date:
    return date.fromisoformat(line["開始日"])


def yearly(line: Row) -> float:
    """Yen a year, dollars at 150."""
    times = {"月額": 12, "年額": 1}[line["請求周期"]]
    return float(line["金額"]) * times * {"JPY": 1, "USD": 150}[line["通貨"]]


def arr_by_account(told: Company, on: date) -> dict[str, float]:
    sums: defaultdict[str, float] = defaultdict(float)
    for line in told.tables["subscriptions"]:
        if start(line) <= on <= last_paid(line):
            sums[line["顧客ID"]] += yearly(line)
    return dict(sums)


def segment(account: Row) -> str:
    staff = int(account["従業員数"])
    return "SMB" if staff < 150 else "mid" if staff < 1000 else "enterprise"


def following(told: Company) -> list[tuple[Row, Row]]:
    """Each line with the one before it: same product, same contract (or town that tenders). What
    went over to another customer stands beside the line that stayed.
    """
    gone = {row["契約明細ID"] for row in told.tables["transfers"]}
    by_product: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for line in told.tables["subscriptions"]:
        if line["契約明細ID"] in gone:
            continue
        tenders = told.accounts[line["顧客ID"]]["業種"] == "自治体"
        by_product[line["顧客ID" if tenders else "契約ID"], line["製品"]].append(line)
    pairs: list[tuple[Row, Row]] = []
    for lines in by_product.values():
        lines.sort(key=start)
        pairs += pairwise(lines)
    return pairs


def renewals(told: Company) -> list[tuple[Row, Row]]:
    return [(old, new) for old, new in following(told) if old["終了日"] == old["契約満了日"] != ""]


def unit_price(line: Row) -> float:
    return yearly(line) / 12 / int(line["数量"])


def check_digit(number: str) -> int:
    weighed = sum(
        int(digit) * (1 if place % 2 else 2)
        for place, digit in enumerate(reversed(number[1:]), start=1)
    )
    return 9 - weighed % 9


SIZES = pytest.mark.parametrize("size", [300, 2000])
