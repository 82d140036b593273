"""What this room itself knows of an account beyond its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from banso.rooms.customers.models import FactType
from banso.rooms.customers.points import FactSpec, contribute_facts
from banso.rooms.customers.queries import activity
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
            unit="tickets",
            tells_past=True,
        ),
        FactSpec(
            key="open_promises",
            label_ja="未完了の宿題",
            label_en="Open promises",
            type=FactType.INTEGER,
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
contribute_facts(SegmentOfAccount(), told_from_facts=True)
