"""Which customers stay where they are: their renewal is near, or the model protects them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from banso.engines.operating.changing import is_frozen
from banso.kit.working_days import is_open_on

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from banso.engines.operating.document import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Staying:
    """The freezes and protections of a model on a day."""

    model: Model
    on: date
    _is_open: Callable[[date], bool] = field(default_factory=is_open_on)
    _frozen: dict[date | None, bool] = field(default_factory=dict)

    def is_frozen(self, term_end_on: date | None) -> bool:
        """Whether a renewal is too near for a change of hands. Told once for each day: customers
        share theirs.
        """
        if term_end_on not in self._frozen:
            freeze = self.model.changes.freeze
            self._frozen[term_end_on] = is_frozen(
                freeze, term_end_on, signed=False, on=self.on, is_open=self._is_open
            )
        return self._frozen[term_end_on]

    def stays(self, term_end_on: date | None, approvals: int) -> bool:
        """Whether a customer stays with who holds it and stays herself."""
        return approvals > 0 or self.is_frozen(term_end_on)
