"""Everything a large company has, brought in from files in one afternoon's run: how long, how much
memory.

The import runs in a process of its own, so that its memory is its own too. Flat means: three times
the touchpoints need no more.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from bench.house import write_accounts, write_members

REACH_S = 600.0
TOUCHES_A_FILE = 500_000
TOUCH_HEADER = (
    *(
        "接点ID",
        "顧客ID",
        "先方担当者ID",
        "担当者",
        "種別",
        "日時",
        "起点",
        "温度感",
        "件名",
        "内容",
    ),
)
HOWS = ("打ち合わせ", "電話", "メール", "オンライン会議", "社内メモ")
MOODS = ("良い", "普通", "不安", "", "とても良い")
SUBJECTS = ("定例会議", "締め処理の相談", "年末調整の準備", "利用状況の確認", "更新条件の打診")
OPENINGS = (
    "先方の労務担当より連絡。",
    "定例にて状況を共有。",
    "お世話になっております。",
    "部長同席。",
)
MATTERS = (
    "打刻漏れの一覧を毎朝確認する運用に変えたいとのこと",
    "給与計算の締め日前後に問い合わせが重なるため手順書を送付した",
    "来期の人員計画に合わせて利用人数を見直す予定",
    "管理者権限の整理について次回までに案を用意する",
)


def figures(*, small: bool) -> Iterator[dict[str, Any]]:
    accounts = 2_000 if small else 100_000
    with tempfile.TemporaryDirectory(prefix="banso-bench-") as name:
        folder = Path(name)
        files = folder / "files"
        files.mkdir()
        touches = write_files(files, accounts)
        before = _bring_in(folder, sorted(files.glob("[!t]*.csv")))
        took = before + _bring_in(folder, sorted(files.glob("touchpoints*.csv")))
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    what = f"{accounts} accounts, {3 * accounts} contacts, {touches} touchpoints from CSV"
    bound = REACH_S * accounts / 100_000
    for value, unit, limit in ((took, "s", bound), (peak, "MB at the peak", 600.0)):
        yield {
            "bench": "afternoon",
            "figure": what,
            "value": round(value, 1),
            "unit": unit,
            "peer_or_bound": f"{limit:g} {unit}",
            "ratio": round(value / limit, 3),
        }


def write_files(folder: Path, accounts: int) -> int:
    """Members, accounts, contacts and touchpoints; how many of the last."""
    write_members(folder / "members.csv")
    write_accounts(folder / "accounts.csv", accounts)
    _write(
        folder / "contacts.csv",
        ("先方担当者ID", "顧客ID", "氏名", "氏名カナ", "メールアドレス", "部署", "役職", "関与"),
        _contacts(accounts),
    )
    touches = 20 * accounts
    for start in range(0, touches, TOUCHES_A_FILE):
        stop = min(start + TOUCHES_A_FILE, touches)
        name = f"touchpoints-{start // TOUCHES_A_FILE}.csv"
        _write(folder / name, TOUCH_HEADER, _touches(range(start, stop), accounts))
    return touches


def _contacts(accounts: int) -> Iterator[list[str]]:
    for number in range(3 * accounts):
        who = [f"P{number}", f"C{number // 3}", f"鈴木 {number}", "スズキ"]
        yield [*who, f"p{number}@example.com", "人事部", "部長", ("決裁者", "利用者")[number % 2]]


def _touches(numbers: range, accounts: int) -> Iterator[list[str]]:
    dice = np.random.default_rng(numbers.start)
    drawn = dice.integers(0, 1 << 30, (len(numbers), 4)).tolist()
    first = date(2024, 1, 1)
    for number, (of, when, what, how) in zip(numbers, drawn, strict=True):
        account = of % accounts
        day = first + timedelta(days=when % 1_000)
        text = f"{OPENINGS[what % 4]}{MATTERS[how % 4]}。({number})"
        yield [
            *(f"T{number}", f"C{account}", f"P{3 * account + of % 3}", f"m{account % 40}"),
            *(HOWS[how % 5], f"{day} {9 + when % 9:02}:{when % 60:02}"),
            *(
                "プロアクティブ" if what % 3 else "リアクティブ",
                MOODS[what % 5],
                SUBJECTS[how % 5],
                text,
            ),
        ]


def _write(path: Path, header: Iterable[str], rows: Iterable[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)


def _bring_in(folder: Path, files: list[Path]) -> float:
    """Seconds that `banso import` takes for these files."""
    command = [sys.executable, "-m", "banso", "import", *map(str, files), "--json"]
    environment = {**os.environ, "BANSO_HOME": str(folder / "home")}
    began = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"the bench's own files were refused: {done.stderr or done.stdout[:500]}")
    counts = json.loads(done.stdout)["kinds"]
    if any(each["rejected"] or each["warned"] for each in counts.values()):
        sys.exit(f"the bench's own rows were rejected: {counts}")
    return took
