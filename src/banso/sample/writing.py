"""Makes the company and writes its files, each kind with dice of its own."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from banso.sample import accounts as account_files
from banso.sample import cancellations as cancellation_files
from banso.sample import contacts as contact_files
from banso.sample import contract_transfers as transfer_files
from banso.sample import holdings as holding_files
from banso.sample import parties as party_files
from banso.sample import rates as rate_files
from banso.sample import skills as skill_files
from banso.sample import standard_minutes as minute_files
from banso.sample import subscriptions as subscription_files
from banso.sample import surveys as survey_files
from banso.sample import tickets as ticket_files
from banso.sample import touchpoints as touch_files
from banso.sample import usage as usage_files
from banso.sample.careers import HEADER as MEMBER_HEADER
from banso.sample.careers import make_roster, member_rows
from banso.sample.company import NAME, Timeline, chances
from banso.sample.contracts import make_contracts
from banso.sample.fates import choose_fates
from banso.sample.happenings import Played, happenings
from banso.sample.holders import assign_holders
from banso.sample.keepers import assign_keepers, handovers
from banso.sample.partners import Partner, assign_partners
from banso.sample.pauses import choose_pauses
from banso.sample.people import make_staff
from banso.sample.population import make_population
from banso.sample.ramps import step_up
from banso.sample.rates import rate_rows
from banso.sample.scene import Scene
from banso.sample.stories import choose_stories
from banso.sample.surveys import plan_answers
from banso.sample.terms import roll_out
from banso.sample.tickets import plan_tickets
from banso.sample.touchpoints import plan_touchpoints
from banso.sample.transfers import contact_rows, move_people
from banso.sample.truth import facts
from banso.sample.usage import plan_usage

FEWEST_ACCOUNTS = 100
_MODEL = Path(__file__).parent / "model.yaml"
_Rows = Iterable[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Written:
    """The files of one company by kind and their row counts; `truth` is no kind to import, and
    `model` the document by which the company works.
    """

    files: dict[str, Path]
    rows: dict[str, int]
    truth: Path
    model: Path


@dataclass(frozen=True, slots=True)
class _Made:
    """The scene, and what only single files need besides."""

    scene: Scene
    partners: list[Partner | None]
    seed: int


def write_company(folder: Path, *, accounts: int, seed: int, until: date) -> Written:
    """Writes アオゾラHR as it stands on `until` with so many living accounts.

    The same arguments write the same bytes; existing files of these names are replaced.
    """
    if accounts < FEWEST_ACCOUNTS:
        raise ValueError(f"Expected at least {FEWEST_ACCOUNTS} accounts.")
    if seed < 0:
        raise ValueError("Expected a seed of zero or more.")
    played, tables = _act(_set_scene(Timeline(until), accounts=accounts, seed=seed))
    folder.mkdir(parents=True, exist_ok=True)
    files = {kind: folder / f"{kind}.csv" for kind in tables}
    counts = {kind: _write_csv(files[kind], *table) for kind, table in tables.items()}
    truth = folder / "truth.json"
    head = {"company": NAME, "until": until.isoformat(), "accounts": accounts, "seed": seed}
    text = json.dumps(
        {**head, "facts": facts(played.scene) | happenings(played)}, ensure_ascii=False, indent=1
    )
    truth.write_text(text + "\n", encoding="utf-8")
    model = folder / "model.yaml"
    model.write_text(_MODEL.read_text(encoding="utf-8"), encoding="utf-8")
    return Written(files=files, rows=counts, truth=truth, model=model)


def _set_scene(timeline: Timeline, *, accounts: int, seed: int) -> _Made:
    """Population first, then people and contracts, then stories, and names and rows last."""
    staff = make_staff(timeline, accounts=accounts, seed=seed)
    people = make_population(timeline, accounts=accounts, rng=chances(seed, "population"))
    holders = assign_holders(people, staff, timeline, rng=chances(seed, "holders"))
    contracts, won_back = make_contracts(people, timeline, rng=chances(seed, "contracts"))
    stories = choose_stories(
        people, contracts, won_back, holders, timeline, rng=chances(seed, "stories")
    )
    lines = step_up(
        roll_out(contracts, people, timeline, rng=chances(seed, "terms")),
        contracts, people, stories, timeline, rng=chances(seed, "ramps"),
    )  # fmt: skip
    priced = subscription_files.price_lines(
        lines, people, stories, timeline, rng=chances(seed, "prices")
    )
    priced.pauses = choose_pauses(
        priced.lines, people, stories, timeline, rng=chances(seed, "pauses")
    )
    reasons = account_files.reasons_for_leaving(people, stories, chances(seed, "reasons"))
    customers = account_files.Customers(
        people=people,
        names=account_files.name_all(people, chances(seed, "names")),
        ids=account_files.account_ids(len(people)),
        reasons=reasons,
    )
    partners = assign_partners(people, chances(seed, "partners"))
    contacts = contact_files.make_contacts(customers, partners, rng=chances(seed, "contacts"))
    fates = choose_fates(people, contracts, stories, reasons, timeline, rng=chances(seed, "fates"))
    move_people(contacts, people, fates, timeline, rng=chances(seed, "transfers"))
    roster = make_roster(staff, timeline)
    keepers = assign_keepers(
        people, roster, holders, won_back, timeline, rng=chances(seed, "keepers")
    )
    scene = Scene(
        customers=customers, contracts=contracts, holders=holders, stories=stories, priced=priced,
        roster=roster, fates=fates, keepers=keepers, contacts=contacts, timeline=timeline,
        handovers=handovers(keepers, rng=chances(seed, "handovers")),
    )  # fmt: skip
    return _Made(scene, partners, seed)


def _act(made: _Made) -> tuple[Played, dict[str, tuple[tuple[str, ...], _Rows]]]:
    """What happened on the scene, and the rows that tell it, in the order of import."""
    scene, seed = made.scene, made.seed
    touches, marked, crossing = plan_touchpoints(scene, chances(seed, "touchpoints"))
    tickets = plan_tickets(scene, chances(seed, "tickets"))
    answers = plan_answers(scene, tickets, chances(seed, "surveys"))
    strands = plan_usage(scene)
    account_rows = account_files.account_rows(
        scene.customers, scene.holders, scene.roster.staff, made.partners,
        rng=chances(seed, "accounts"),
    )  # fmt: skip
    numbers = [row[account_files.HEADER.index("法人番号")] for row in account_rows]
    base = account_files.number_base(chances(seed, "accounts"))
    played = Played(scene, touches, marked, crossing, tickets, answers)
    return played, {
        "members": (MEMBER_HEADER, member_rows(scene.roster)),
        "accounts": (account_files.HEADER, account_rows),
        "contacts": (contact_files.HEADER, contact_rows(scene.contacts)),
        "parties": (
            party_files.HEADER,
            party_files.party_rows(
                scene, made.partners, numbers, base=base, rng=chances(seed, "parties")
            ),
        ),
        "rates": (rate_files.HEADER, rate_rows(scene.timeline, rng=chances(seed, "rates"))),
        "subscriptions": (
            subscription_files.HEADER,
            subscription_files.subscription_rows(
                scene.priced, scene.contracts, scene.people, scene.customers.ids
            ),
        ),
        "transfers": (transfer_files.HEADER, transfer_files.transfer_rows(scene)),
        "cancellations": (
            cancellation_files.HEADER,
            cancellation_files.cancellation_rows(scene, chances(seed, "cancellations")),
        ),
        "standard_minutes": (minute_files.HEADER, minute_files.minute_rows()),
        "touchpoints": (
            touch_files.HEADER,
            touch_files.touchpoint_rows(touches, scene, chances(seed, "notes")),
        ),
        "tickets": (
            ticket_files.HEADER,
            ticket_files.ticket_rows(tickets, scene, chances(seed, "requests")),
        ),
        "survey_answers": (
            survey_files.HEADER,
            survey_files.answer_rows(answers, scene, chances(seed, "comments")),
        ),
        "usage": (
            usage_files.HEADER,
            usage_files.usage_rows(strands, scene, marked, chances(seed, "usage")),
        ),
        "holdings": (holding_files.HEADER, holding_files.holding_rows(scene)),
        "skills": (
            skill_files.HEADER,
            skill_files.skill_rows(scene.roster.staff, chances(seed, "skills")),
        ),
    }


def _write_csv(path: Path, header: tuple[str, ...], rows: _Rows) -> int:
    """As Japanese spreadsheets like it: UTF-8 with a byte order mark, CRLF; counts the rows."""
    counted = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(header)
        for counted, row in enumerate(rows, start=1):  # noqa: B007  the last count is the sum
            writer.writerow(row)
    return counted
