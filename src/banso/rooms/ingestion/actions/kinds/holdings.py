from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.actions.holders import put_holdings, take_back_holdings
from banso.rooms.customers.models import Duty, Holding
from banso.rooms.customers.queries.holders import first_days, held
from banso.rooms.customers.queries.laying import HoldingRow
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.actions.kinds.known import (
    ACCOUNT_FIELDS,
    reject_repeats,
    require_accounts,
    resolve_accounts,
)
from banso.rooms.ingestion.actions.kinds.telling import told_by_columns
from banso.rooms.ingestion.points import Field, Shape, choices_of
from banso.rooms.people.queries import named, teams_named

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from django.db.models import QuerySet

    from banso.kit.upsert import Change, TakenBack
    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.points import Occasion, Row

DUTIES = choices_of(
    {
        Duty.VALUE: ("価値", "担当CSM", "CSM", "Value"),
        Duty.ADOPTION: ("定着", "活用", "アダプション", "Adoption"),
        Duty.RENEWAL: ("更新", "更新締結", "更新締結担当", "更新担当", "Renewal"),
        Duty.EXPANSION: ("エクスパンション", "拡大", "担当AE", "担当営業", "AE", "Expansion"),
        Duty.SUPPORT: ("サポート", "カスタマーサポート", "Support"),
        Duty.SPONSOR: ("役員スポンサー", "スポンサー", "Executive sponsor", "Sponsor"),
    }
)


class HoldingsKind:
    key = "holdings"
    model = "customers.holding"
    label = _("Holdings")
    position = 14
    own_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("account", "duty", "from_on"),)
    parent = ""
    keeps_other_columns = False
    searched = ()
    fields: ClassVar[tuple[Field, ...]] = (
        *ACCOUNT_FIELDS,
        Field(
            key="duty",
            label=_("Duty"),
            read=reading.choice(DUTIES),
            required=True,
            shape=Shape.CHOICE,
            choices=tuple(Duty),
            column="duty",
            headers=("責務", "担当区分", "担当種別", "担当の種類", "duty"),
        ),
        Field(
            key="member",
            label=_("Held by member"),
            read=reading.text(200),
            blank="",
            column="member.handle",
            headers=(
                "担当者",
                "当社担当者",
                "担当者ID",
                "社員ID",
                "held by member",
                "holder",
                "owner",
            ),
        ),
        Field(
            key="team",
            label=_("Held by team or pool"),
            read=reading.team_path,
            blank="",
            column="team.path",
            headers=("担当チーム", "担当プール", "プール", "held by team or pool", "pool"),
        ),
        Field(
            key="from_on",
            label=_("Held from"),
            read=reading.day,
            required=True,
            shape=Shape.DAY,
            column="from_on",
            headers=("担当開始日", "開始日", "着任日", "held from", "from", "start date"),
        ),
        Field(
            key="to_on",
            label=_("First day no longer held"),
            read=reading.day,
            shape=Shape.DAY,
            column="to_on",
            headers=("担当解除日", "解除日", "first day no longer held", "held to", "to"),
        ),
        Field(
            key="last_on",
            label=_("Last day held"),
            read=reading.day,
            shape=Shape.DAY,
            headers=("担当終了日", "終了日", "最終担当日", "last day held", "last day", "end date"),
        ),
        Field(
            key="reason",
            label=_("Reason"),
            read=reading.text(60),
            blank="",
            column="why",
            headers=("理由", "変更理由", "担当変更理由", "reason", "why"),
        ),
    )

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        """Who is named must be known: a holding that nobody holds is none."""
        resolve_accounts(rows)
        require_accounts(rows)
        for row in rows:
            _resolve_days(row)
        _resolve_holders(rows)
        reject_repeats(rows, "from_on", _mark)

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        """Lay the rows into the ledger, which says now what was until today: days ahead are no
        history.
        """
        for row in rows:
            _settle_days_ahead(row, on=occasion.on)
        good = [row for row in rows if not row.faults]
        placed = put_holdings([_stated(row) for row in good], by=occasion.by, at=occasion.at)
        changes: dict[int, list[Change]] = {}
        for row, done in zip(good, placed, strict=True):
            changes[row.number] = done.changes
            if done.overlaps is not None:
                row.reject("from_on", "overlaps", **_told_line(done.overlaps))
        return [changes.get(row.number, []) for row in rows]

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        return take_back_holdings(changes, by=occasion.by, at=occasion.at)

    def stored(self, viewer: User, *, on: date) -> QuerySet[Holding]:
        seen = held().filter(account__in=visible_accounts(viewer, on=on))
        return seen.select_related("account", "member", "team").order_by("pk")

    def told(self, rows: Sequence[Holding]) -> list[dict[str, Any]]:
        return [told_by_columns(self.fields, row) for row in rows]


def _mark(row: Row) -> tuple[Any, ...]:
    return row.values["account"], row.values["duty"], row.values["from_on"]


def _resolve_days(row: Row) -> None:
    """A last day is inclusive and becomes the first day no longer; 9999-12-31 is no end at all."""
    values = row.values
    last = values.pop("last_on") if "last_on" in values else date.min
    if values.get("to_on") is None and last != date.min:
        values["to_on"] = None if last in {None, date.max} else last + timedelta(days=1)
    if values.get("to_on") == date.max:
        values["to_on"] = None
    end, start = values.get("to_on"), values["from_on"]
    if end is not None and end <= start:
        row.reject("to_on", "end_before_start" if end < start else "held_no_day")


def _resolve_holders(rows: Sequence[Row]) -> None:
    """A row that fills the member means the member, else the team; one that has no place for
    either leaves a known line with whoever holds it.
    """
    called = {row.values["member"] for row in rows if row.values.get("member")}
    people = named(called) if called else {}
    paths = {row.values["team"] for row in rows if row.values.get("team")}
    teams = teams_named(paths) if paths else {}
    silent = [row for row in rows if not {"member", "team"} & row.values.keys()]
    known = first_days(row.values["account"] for row in silent if not row.faults)
    for row in rows:
        member, team = row.values.pop("member", None), row.values.pop("team", None)
        if member:
            _settle(row, "member_id", people.get(member.lower()), ("member", member))
        elif team:
            _settle(row, "team_id", teams.get(team), ("team", team))
        elif not row.faults and (member is not None or team is not None or _mark(row) not in known):
            row.reject("member", "missing")


def _settle(row: Row, column: str, found: Any, said: tuple[str, str]) -> None:
    key, text = said
    if found is None:
        row.reject(key, f"unknown_{key}", named=text)
    else:
        row.values |= {"member_id": None, "team_id": None, column: found.pk}


def _settle_days_ahead(row: Row, *, on: date) -> None:
    """Who will hold a duty one day doesn't yet; who will hold it until then still does."""
    end = row.values.get("to_on")
    if not row.faults and row.values["from_on"] > on:
        row.reject("from_on", "begins_ahead")
    elif end is not None and end > on:
        row.values["to_on"] = None
        row.warn("to_on", "ends_ahead")


def _stated(row: Row) -> HoldingRow:
    given = dict(row.values)
    if "reason" in given:
        given["why"] = given.pop("reason")
    return HoldingRow(
        account=given.pop("account"),
        duty=given.pop("duty"),
        from_on=given.pop("from_on"),
        given=given,
    )


def _told_line(line: Holding) -> dict[str, str]:
    return {"named": str(line.member or line.team), "since": line.from_on.isoformat()}
