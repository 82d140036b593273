from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from banso.engines.basis.cells import as_email, as_yes_no
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.actions.kinds.telling import told_by_columns
from banso.rooms.ingestion.points import Field, Shape, choices_of
from banso.rooms.people.access import visible_members
from banso.rooms.people.actions import MemberRow, put_members, take_back_members
from banso.rooms.people.models import JobRole, Member

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from banso.kit.upsert import Change, TakenBack
    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.points import Occasion, Row

JOB_ROLES = choices_of(
    {
        JobRole.CS_HEAD: ("CS責任者", "カスタマーサクセス責任者", "Head of CS"),
        JobRole.CS_MANAGER: ("CSマネージャー", "CS manager"),
        JobRole.STRATEGIC_CSM: ("戦略型CSM", "Strategic CSM"),
        JobRole.CSM: ("CSM", "カスタマーサクセス", "カスタマーサクセスマネージャー"),
        JobRole.POOL_CSM: ("プール型CSM", "Pool CSM"),
        JobRole.ONBOARDING: ("オンボーディング", "導入支援", "Onboarding", "Onboarding specialist"),
        JobRole.TRAINER: ("トレーナー", "Trainer"),
        JobRole.SUPPORT: ("サポート", "カスタマーサポート", "Support"),
        JobRole.CS_OPERATIONS: ("CS Ops", "CS企画", "CS operations"),
        JobRole.ACCOUNT_MANAGER: ("AM", "アカウントマネージャー", "Account manager"),
        JobRole.RENEWALS_MANAGER: ("更新担当", "リニューアルマネージャー", "Renewals manager"),
        JobRole.ACCOUNT_EXECUTIVE: ("AE", "アカウントエグゼクティブ", "営業", "Account executive"),
        JobRole.PARTNER_SALES: ("パートナー営業", "Partner sales"),
        JobRole.EXECUTIVE: ("役員", "Executive"),
        JobRole.OTHER: ("その他", "Other"),
    }
)


class MembersKind:
    key = "members"
    model = "people.member"
    label = _("Members")
    position = 1
    own_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("handle",),)
    parent = ""
    keeps_other_columns = False
    searched = ()
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            key="handle",
            label=_("Member ID"),
            read=reading.text(60),
            required=True,
            column="handle",
            headers=("社員ID", "社員番号", "メンバーID", "handle", "member id", "employee id"),
        ),
        Field(
            key="name",
            label=_("Name"),
            read=reading.text(120),
            required=True,
            column="name",
            headers=("氏名", "名前", "社員名", "name", "full name"),
        ),
        Field(
            key="kana",
            label=_("Kana"),
            read=reading.text(120),
            blank="",
            column="kana",
            headers=("氏名カナ", "カナ", "フリガナ", "ふりがな", "kana"),
        ),
        Field(
            key="email",
            label=_("Mail address"),
            read=as_email,
            blank="",
            column="email",
            headers=("メールアドレス", "メール", "email", "e-mail", "mail"),
        ),
        Field(
            key="team",
            label=_("Team"),
            read=reading.team_path,
            blank="",
            column="team.path",
            headers=("チーム", "所属", "部署", "team", "department"),
        ),
        Field(
            key="leads_team",
            label=_("Leads the team"),
            read=as_yes_no,
            blank=False,
            column="leads_team",
            shape=Shape.FLAG,
            headers=("チーム責任者", "責任者", "統括", "leads team", "team lead"),
        ),
        Field(
            key="job_role",
            label=_("Job role"),
            read=reading.choice(JOB_ROLES),
            blank=JobRole.OTHER,
            column="job_role",
            shape=Shape.CHOICE,
            choices=tuple(JobRole),
            headers=("職種", "役割", "job role", "role"),
        ),
        Field(
            key="weekly_minutes",
            label=_("Hours a week"),
            read=reading.weekly_minutes,
            blank=2400,
            column="weekly_hours",
            shape=Shape.AMOUNT,
            headers=("週労働時間", "週時間", "hours per week", "weekly hours"),
        ),
        Field(
            key="joined_on",
            label=_("Joined on"),
            read=reading.day,
            column="joined_on",
            shape=Shape.DAY,
            headers=("入社日", "着任日", "joined on", "start date", "hire date"),
        ),
        Field(
            key="left_on",
            label=_("Left on"),
            read=reading.day,
            column="left_on",
            shape=Shape.DAY,
            headers=("退職日", "離任日", "left on", "leave date"),
        ),
    )

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        for row in rows:
            joined, left = row.values.get("joined_on"), row.values.get("left_on")
            if joined and left and left < joined:
                row.reject("left_on", "end_before_start")

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        given = [dict(row.values) for row in rows]
        placed = put_members(
            [
                MemberRow(handle=v.pop("handle"), team_path=v.pop("team", None), given=v)
                for v in given
            ],
            by=occasion.by,
            at=occasion.at,
        )
        return [[p.change] if p.change else [] for p in placed]

    def stored(self, viewer: User, *, on: date) -> QuerySet[Member]:
        return visible_members(viewer).select_related("team").order_by("pk")

    def told(self, rows: Sequence[Member]) -> list[dict[str, Any]]:
        return [told_by_columns(self.fields, row) for row in rows]

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        return take_back_members(changes, by=occasion.by, at=occasion.at)
