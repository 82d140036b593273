"""What revenue knows of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from banso.kit import lake
from banso.rooms.customers.models import FactType
from banso.rooms.customers.points import FactSpec, contribute_facts
from banso.rooms.revenue.queries.lines import first_line_on, next_term_ends
from banso.rooms.revenue.queries.trend import arr_of_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date


class RevenueFacts:
    source = "revenue"
    facts: Sequence[FactSpec] = (
        FactSpec(
            key="arr",
            label_ja="ARR",
            label_en="ARR",
            type=FactType.MONEY,
            least=0,
            description_ja="その日の終わりに有効な契約明細の合計(集計通貨)。",
            description_en="The lines in force at the close of the day, in the reporting currency.",
            history=True,
            tells_past=True,
        ),
        FactSpec(
            key="term_end_on",
            label_ja="契約満了日",
            label_en="Term end",
            type=FactType.DAY,
            description_ja="まだ過ぎていない最初の契約満了日。",
            description_en="The first term end that has not passed.",
            history=True,
        ),
    )

    def first_day(self) -> date | None:
        """The day on which the first line began."""
        return first_line_on()

    def values(self, *, on: date) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """ARR at the close of the day, and the first term end that has not passed."""
        try:
            arr = arr_of_all(on=on)
        except lake.NeverWritten:
            return
        ends = next_term_ends(on=on)
        for account in arr.keys() | ends.keys():
            yield account, {"arr": arr.get(account), "term_end_on": ends.get(account)}


contribute_facts(RevenueFacts())
