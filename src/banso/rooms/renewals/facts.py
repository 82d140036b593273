"""What renewals know of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from banso.rooms.customers.models import FactType
from banso.rooms.customers.points import FactSpec, contribute_facts
from banso.rooms.renewals.queries.account import next_renewals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date


class RenewalFacts:
    source = "renewals"
    facts: Sequence[FactSpec] = (
        FactSpec(
            key="renewal_on",
            label_ja="次の契約更新",
            label_en="Next renewal",
            type=FactType.DAY,
            description_ja="結果がまだ出ていない最初の契約更新の満了日。過ぎていることもある。",
            description_en="Term end of the first renewal without an outcome; it may have passed.",
        ),
        FactSpec(
            key="notice_deadline_on",
            label_ja="解約通知期限",
            label_en="Notice deadline",
            type=FactType.DAY,
            description_ja="その契約更新を顧客が断れる最終日。",
            description_en="The last day on which the customer can refuse that renewal.",
        ),
        FactSpec(
            key="our_notice_deadline_on",
            label_ja="当社通知期限",
            label_en="Our notice deadline",
            type=FactType.DAY,
            description_ja="その契約更新の価格や条件を当社から知らせられる最終日。",
            description_en="The last day on which we can announce a price or terms for it.",
        ),
    )

    def values(self, *, on: date) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """The first open renewal and its deadlines; the day plays no part."""
        for account, days in next_renewals().items():
            yield account, dict(zip([spec.key for spec in self.facts], days, strict=True))


contribute_facts(RenewalFacts())
