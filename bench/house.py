"""A home of its own for a bench: an empty database, many accounts brought in by the importer,
timed.
"""

from __future__ import annotations

import atexit
import csv
import os
import shutil
import sys
import tempfile
import time
from argparse import Namespace
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path

import numpy as np

INDUSTRIES = ("製造", "小売", "飲食", "医療・介護", "IT", "建設", "運輸", "金融", "教育", "自治体")
REGIONS = ("北海道", "東北", "関東", "中部", "近畿", "中国", "四国", "九州・沖縄")
SYLLABLES = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
)
HEADER = (
    *("顧客ID", "顧客名", "顧客名カナ", "業種", "地域", "従業員数", "担当CSM"),
    *("販売チャネル", "拠点数", "初回商談日", "打刻端末あり", "利用率"),
)
CHANNELS = ("直販", "代理店", "社労士")


@dataclass(frozen=True, slots=True)
class House:
    """What bringing the accounts in took."""

    accounts: int
    import_s: float


@cache
def house(accounts: int) -> House:
    """Set Django up over an empty home and bring the accounts in, once a process."""
    folder = Path(tempfile.mkdtemp(prefix="banso-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ |= {"BANSO_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "banso.project.settings"}
    import django  # noqa: PLC0415  settings are read from the environment just set

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  after set-up

    from banso.rooms.ingestion.cli import COMMANDS  # noqa: PLC0415  after set-up

    call_command("migrate", verbosity=0)
    files = folder / "files"
    files.mkdir()
    write_members(files / "members.csv")
    write_accounts(files / "accounts.csv", accounts)
    bring_in = COMMANDS[0].run
    asked = {"mapping": None, "dry_run": False, "later": False, "json": True}
    with redirect_stdout(StringIO()):
        bring_in(Namespace(paths=[files / "members.csv"], **asked))
        began = time.perf_counter()
        code = bring_in(Namespace(paths=[files / "accounts.csv"], **asked))
        took = time.perf_counter() - began
    if code:
        sys.exit("the bench's own accounts were rejected")
    _give_arr()
    return House(accounts, took)


def write_members(file: Path) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(["社員ID", "氏名", "メールアドレス", "チーム", "職種"])
        for number in range(40):
            mail, team = f"m{number}@example.jp", f"CS / {number % 4}"
            rows.writerow([f"m{number}", f"担当 {number}", mail, team, "CSM"])


def write_accounts(file: Path, accounts: int) -> None:
    """Accounts with kana, a named CSM and five attributes of the company's own."""
    dice = np.random.default_rng(7)
    letters = np.array(list(SYLLABLES))
    readings = ["".join(row) for row in dice.choice(letters, (accounts, 6))]
    industries, regions, channels = (
        dice.choice(np.array(words), accounts) for words in (INDUSTRIES, REGIONS, CHANNELS)
    )
    numbers = dice.integers(1, 5_000, (accounts, 4))
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(HEADER)
        for place, reading in enumerate(readings):
            staff, sites, day, rate = (int(each) for each in numbers[place])
            who = [f"C{place}", f"株式会社{reading}", reading, industries[place], regions[place]]
            met_on = f"2025-{day % 12 + 1:02}-{day % 28 + 1:02}"
            clock, use = "はい" if day % 2 else "いいえ", f"{rate / 5000 + 0.00001:.5f}"
            rows.writerow(
                [*who, staff, f"m{place % 40}", channels[place], sites, met_on, clock, use]
            )


def _give_arr() -> None:
    """An ARR and a term end for every account, in the slots that a refresh would fill."""
    from django.db import connection  # noqa: PLC0415  after set-up

    from banso.rooms.customers.actions.facts import define_contributed_facts  # noqa: PLC0415  after set-up
    from banso.rooms.customers.models import FactDefinition  # noqa: PLC0415  after set-up

    define_contributed_facts()
    slot = dict(FactDefinition.objects.values_list("key", "slot"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE customers_accountfacts SET {slot['arr']} = account_id * 7919 % 5000011, "
            f"{slot['term_end_on']} = '2027-03-31'"
        )
        cursor.execute("ANALYZE")
