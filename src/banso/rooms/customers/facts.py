"""What this room itself knows of an account beyond its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from banso.rooms.customers.models import FactType
from banso.rooms.customers.points import FactSpec, contribute_facts
from banso.rooms.customers.queries import activity
from banso.rooms.customers.queries.ownership import ownership
from banso.rooms.customers.queries.segments import segments_of_all
from banso.rooms.customers.queries.vocabulary import SEGMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date


class AccountActivity:
    source = "customers"
    facts: Sequence[FactSpec] = (
        FactSpec(
            key="csm",
            label_ja="担当CSMの社員ID",
            label_en="Handle of the CSM",
            type=FactType.TEXT,
            tells_past=True,
        ),
        FactSpec(
            key="last_touch_on",
            label_ja="最終接点日",
            label_en="Last touch",
            type=FactType.DAY,
            description_ja="最後のタッチポイントの日。社内メモは数えません。",
            description_en="The day of the last touchpoint. Internal notes don't count.",
            tells_past=True,
        ),
        FactSpec(
            key="open_tickets",
            label_ja="未解決の問い合わせ",
            label_en="Open tickets",
            type=FactType.INTEGER,
            least=0,
            unit="tickets",
            tells_past=True,
        ),
        FactSpec(
            key="open_promises",
            label_ja="未完了の宿題",
            label_en="Open promises",
            type=FactType.INTEGER,
            least=0,
            unit="promises",
        ),
    )

    def values(self, *, on: date) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Who holds the account, when we were last in touch, and what is open."""
        told: dict[str, Mapping[int, Any]] = {
            "csm": activity.csms(on=on),
            "last_touch_on": activity.last_touches(on=on),
            "open_tickets": activity.open_tickets(on=on),
            "open_promises": activity.open_promises(),
        }
        for account in set().union(*told.values()):
            yield account, {key: values.get(account) for key, values in told.items()}


def _holder(duty: str, ja: str, en: str) -> FactSpec:
    return FactSpec(
        key=f"{duty}_holder",
        label_ja=f"{ja}の担当(社員ID)",
        label_en=f"Holder of {en} (ID)",
        type=FactType.TEXT,
        description_ja="メンバーの社員ID。チームやプールが持つ顧客では、その名前(上位からのパス)。",
        description_en="A member's handle; where a team or pool holds it, its path from the top.",
        tells_past=True,
    )


class Ownership:
    """Who holds an account, since when, and how often it has changed hands."""

    source = "ownership"
    facts: Sequence[FactSpec] = (
        _holder("adoption", "定着", "adoption"),
        _holder("renewal", "更新", "the renewal"),
        _holder("expansion", "エクスパンション", "expansion"),
        _holder("support", "サポート", "support"),
        _holder("sponsor", "役員スポンサー", "executive sponsorship"),
        FactSpec(
            key="team",
            label_ja="担当チーム",
            label_en="Team in charge",
            type=FactType.TEXT,
            description_ja="価値の責務を担うメンバーのチーム、または担うチームやプール。"
            "担う人がいなければ定着で決まります。",
            description_en="Team of whoever holds value, or else adoption; or that team or pool.",
        ),
        FactSpec(
            key="held_since_on",
            label_ja="担当開始日",
            label_en="Held since",
            type=FactType.DAY,
            description_ja="今の担当が価値の責務を持ち始めた日。担う人がいなければ定着の責務で見ます。"
            "担当期間は、ルールでは days_since(held_since_on) です。",
            description_en="Since when value, or else adoption, is held by whoever holds it now. "
            "In rules the tenure is days_since(held_since_on).",
            tells_past=True,
        ),
        FactSpec(
            key="handovers_12m",
            label_ja="担当交代(過去12か月)",
            label_en="Changes of hands in 12 months",
            type=FactType.INTEGER,
            least=0,
            description_ja="いずれかの責務が別の人やチームに移った回数。",
            description_en="How often any duty passed from one holder to another.",
            unit="times",
            tells_past=True,
        ),
        FactSpec(
            key="people_facing",
            label_ja="顧客に向き合う人数",
            label_en="People facing the customer",
            type=FactType.INTEGER,
            least=0,
            description_ja="責務を担うメンバーの人数。同じ人は1名と数え、チームやプールは数えません。",
            description_en="Members who hold a duty, each once. Teams and pools don't count.",
            unit="people",
            tells_past=True,
        ),
    )

    def values(self, *, on: date) -> Iterator[tuple[int, Mapping[str, Any]]]:
        yield from ownership(on=on)


class SegmentOfAccount:
    source = "segments"
    facts: Sequence[FactSpec] = (
        FactSpec(
            key=SEGMENT,
            label_ja="セグメント",
            label_en="Segment",
            type=FactType.TEXT,
            description_ja="顧客のファクトに最初に当てはまるルールのセグメント。",
            description_en="The first segment whose rule the account's facts meet.",
            history=True,
        ),
    )

    def values(self, *, on: date) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for account, key in segments_of_all(on=on):
            yield account, {SEGMENT: key}


contribute_facts(AccountActivity())
contribute_facts(Ownership())
contribute_facts(SegmentOfAccount(), told_from_facts=True)
