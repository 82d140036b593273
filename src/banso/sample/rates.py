"""Monthly dollar rates, in yen, over a little more than the history."""

from __future__ import annotations

import numpy as np

from banso.sample.company import Timeline, first_day

HEADER = ("通貨", "適用日", "レート")
_MONTHS = 40
_MEAN, _PULL, _SWING = 149.0, 0.25, 2.4
_LOWEST, _HIGHEST = 140.0, 158.0


def rate_rows(timeline: Timeline, *, rng: np.random.Generator) -> list[tuple[str, ...]]:
    rate = _MEAN
    rows: list[tuple[str, ...]] = []
    for month in range(timeline.now - _MONTHS + 1, timeline.now + 1):
        rate += _PULL * (_MEAN - rate) + _SWING * float(rng.standard_normal())
        rate = float(np.clip(rate, _LOWEST, _HIGHEST))
        rows.append(("USD", first_day(month).isoformat(), f"{rate:.2f}"))
    return rows
