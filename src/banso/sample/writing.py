"""Makes the company and writes its files, each kind with dice of its own."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from banso.sample import accounts as account_files
from banso.sample import contacts as contact_files
from banso.sample import rates as rate_files
from banso.sample import subscriptions as subscription_files
from banso.sample.company import NAME, Timeline, chances
from banso.sample.contracts import make_contracts
from banso.sample.holders import assign_holders
from banso.sample.partners import assign_partners
from banso.sample.people import Staff, make_staff
from banso.sample.population import make_population
from banso.sample.stories import choose_stories
from banso.sample.terms import roll_out
from banso.sample.truth import Told, facts

FEWEST_ACCOUNTS = 100
_MEMBER_HEADER = (
    "社員ID", "氏名", "氏名カナ", "メールアドレス", "チーム", "チーム責任者", "職種",
    "週労働時間", "入社日", "退職日",
)  # fmt: skip
_Rows = Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Written:
    """The files of one company by kind and their row counts; `truth` is no kind to import."""

    files: dict[str, Path]
    rows: dict[str, int]
    truth: Path


def write_company(folder: Path, *, accounts: int, seed: int, until: date) -> Written:
    """Writes アオゾラHR as it stands on `until` with so many living accounts.

    The same arguments write the same bytes; existing files of these names are replaced.
    """
    if accounts < FEWEST_ACCOUNTS:
        raise ValueError(f"Expected at least {FEWEST_ACCOUNTS} accounts.")
    if seed < 0:
        raise ValueError("Expected a seed of zero or more.")
    told, tables = _tell(Timeline(until), accounts=accounts, seed=seed)
    folder.mkdir(parents=True, exist_ok=True)
    files = {kind: folder / f"{kind}.csv" for kind in tables}
    for kind, (header, rows) in tables.items():
        _write_csv(files[kind], header, rows)
    truth = folder / "truth.json"
    head = {"company": NAME, "until": until.isoformat(), "accounts": accounts, "seed": seed}
    text = json.dumps({**head, "facts": facts(told)}, ensure_ascii=False, indent=1)
    truth.write_text(text + "\n", encoding="utf-8")
    return Written(
        files=files, rows={kind: len(rows) for kind, (_, rows) in tables.items()}, truth=truth
    )


def _tell(
    timeline: Timeline, *, accounts: int, seed: int
) -> tuple[Told, dict[str, tuple[tuple[str, ...], _Rows]]]:
    """Population first, then people and contracts, then stories, and names and rows last."""
    staff = make_staff(timeline, accounts=accounts, seed=seed)
    people = make_population(timeline, accounts=accounts, rng=chances(seed, "population"))
    holders = assign_holders(people, staff, timeline, rng=chances(seed, "holders"))
    contracts, won_back = make_contracts(people, timeline, rng=chances(seed, "contracts"))
    stories = choose_stories(
        people, contracts, won_back, holders, timeline, rng=chances(seed, "stories")
    )
    lines = roll_out(contracts, people, timeline, rng=chances(seed, "terms"))
    priced = subscription_files.price_lines(
        lines, people, stories, timeline, rng=chances(seed, "prices")
    )
    customers = account_files.Customers(
        people=people,
        names=account_files.name_all(people, chances(seed, "names")),
        ids=account_files.account_ids(len(people)),
        reasons=account_files.reasons_for_leaving(people, stories, chances(seed, "reasons")),
    )
    partners = assign_partners(people, chances(seed, "partners"))
    account_rows = account_files.account_rows(
        customers, holders, staff, partners, rng=chances(seed, "accounts")
    )
    contact_rows = contact_files.contact_rows(customers, partners, rng=chances(seed, "contacts"))
    line_rows = subscription_files.subscription_rows(priced, contracts, people, customers.ids)
    rates = rate_files.rate_rows(timeline, rng=chances(seed, "rates"))
    told = Told(customers, staff, holders, contracts, stories, priced, timeline)
    return told, {
        "members": (_MEMBER_HEADER, _member_rows(staff)),
        "accounts": (account_files.HEADER, account_rows),
        "contacts": (contact_files.HEADER, contact_rows),
        "subscriptions": (subscription_files.HEADER, line_rows),
        "rates": (rate_files.HEADER, rates),
    }


def _member_rows(staff: Staff) -> _Rows:
    return [
        (
            member.handle,
            member.name,
            member.kana,
            member.email,
            member.post.team,
            "はい" if member.leads_team else "いいえ",
            member.post.job_role,
            f"{member.hours_per_week:.1f}",
            member.joined_on.isoformat(),
            member.left_on.isoformat() if member.left_on else "",
        )
        for member in staff.members
    ]


def _write_csv(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """As Japanese spreadsheets like it: UTF-8 with a byte order mark, CRLF."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows(rows)
