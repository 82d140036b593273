"""What the operating model in force says of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from banso.engines.operating.routing import TOUCH
from banso.rooms.coverage.queries.cut_by_model import MODE, ByMode, ByVersion
from banso.rooms.coverage.queries.ledger import asked
from banso.rooms.coverage.queries.sentences import MODE_NAMES, TOUCHES
from banso.rooms.coverage.queries.versions import applied_model, in_force
from banso.rooms.customers.models import FactType
from banso.rooms.customers.points import FactSpec, contribute_facts
from banso.rooms.revenue.points import contribute_cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date


class Served:
    """How the customer's segment is served."""

    source = "coverage"
    facts: Sequence[FactSpec] = (
        FactSpec(
            key=MODE,
            label_ja="カバレッジ",
            label_en="Coverage mode",
            type=FactType.TEXT,
            description_ja="適用中の運用モデルが、この顧客のセグメントに定める対応の形。",
            description_en="How the operating model in force serves the customer's segment.",
            history=True,
            words={mode.value: name for mode, name in MODE_NAMES.items()},
        ),
        FactSpec(
            key="touch_level",
            label_ja="タッチレベル",
            label_en="Touch level",
            type=FactType.TEXT,
            description_ja="カバレッジから決まる、人の関わりの量。",
            description_en="How much human contact comes out of the coverage mode.",
            words={touch.value: name for touch, name in TOUCHES.items()},
        ),
    )

    def values(self, *, on: date) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Nothing before a model is in force, nor where its rules can't be understood any more."""
        applied = applied_model(in_force())
        if applied is None:
            return
        model = applied.model
        for each in asked(model, applied.spoken, on=on):
            if each.segment in model.coverage:
                mode = model.coverage[each.segment].mode
                yield each.pk, {MODE: mode.value, "touch_level": TOUCH[mode].value}


contribute_facts(Served(), told_from_facts=True)
contribute_cut(ByMode())
contribute_cut(ByVersion())
