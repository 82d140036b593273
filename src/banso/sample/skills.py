"""What our people can do: advising, negotiating, the three products, English and a trade.

Who advises the largest customers has never learnt to negotiate, and who was support until the new
title has not learnt to advise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from banso.sample.people import Member, Staff

HEADER = ("社員ID", "スキル", "レベル", "根拠")
PRODUCTS = ("kintai", "kyuyo", "romu")
TRADES = ("製造", "小売", "飲食", "医療・介護", "it")
_TRADED = frozenset({"enterprise_csm", "mid_csm", "account_manager", "account_executive"})
_TRADE_OF = 0.5
_ENGLISH_OF = 0.12
_PRODUCT_OF = 0.7


@dataclass(frozen=True, slots=True)
class _Usual:
    """The least and the highest level usual in a post."""

    consulting: tuple[int, int]
    business: tuple[int, int]
    products: tuple[int, int]


_OF_POST = {
    "head": _Usual((4, 4), (3, 3), (2, 3)),
    "enterprise_manager": _Usual((4, 4), (2, 3), (3, 3)),
    "mid_manager": _Usual((3, 4), (2, 3), (3, 3)),
    "enterprise_csm": _Usual((3, 4), (1, 2), (3, 4)),
    "mid_csm": _Usual((2, 3), (1, 2), (2, 4)),
    "smb_csm": _Usual((2, 2), (0, 1), (2, 3)),
    "renamed_support": _Usual((0, 1), (0, 1), (3, 4)),
    "support": _Usual((0, 1), (0, 0), (3, 4)),
    "onboarding": _Usual((2, 3), (0, 1), (3, 4)),
    "trainer": _Usual((1, 2), (0, 1), (3, 4)),
    "account_manager": _Usual((1, 2), (3, 4), (1, 2)),
    "account_executive": _Usual((0, 2), (3, 4), (1, 2)),
    "partner_sales": _Usual((0, 1), (3, 3), (1, 2)),
}
_SHOWN = {
    "consulting": (
        "業務改善の提案書 3件",
        "勤怠運用の見直しを単独で完了",
        "経営層向け報告会を主催",
    ),
    "business": ("価格改定の交渉 5件", "更新条件の合意 8件", "拡大提案の受注 4件"),
    "en": ("TOEIC 880", "海外本社との定例会議を担当"),
}
_BY_PRODUCT = ("社内認定試験に合格", "導入支援を単独で担当", "社内研修の講師")


def skill_rows(staff: Staff, rng: np.random.Generator) -> Iterator[tuple[str, ...]]:
    """Those who are there at the end, in the order of joining."""
    for member in staff.members:
        usual = _OF_POST.get(member.post.key)
        if usual is None or member.left_on is not None:
            continue
        for skill, level in _levels(member, usual, rng).items():
            yield member.handle, skill, str(level), _evidence(skill, level, rng)


def _levels(member: Member, usual: _Usual, rng: np.random.Generator) -> dict[str, int]:
    """Every skill is drawn whether it is kept or not: one more person changes nobody else."""
    told = {"consulting": _drawn(usual.consulting, rng), "business": _drawn(usual.business, rng)}
    for product in PRODUCTS:
        level, knows = _drawn(usual.products, rng), rng.random() < _PRODUCT_OF
        if knows:
            told[product] = level
    english, trade, speaks = rng.random() < _ENGLISH_OF, rng.random() < _TRADE_OF, rng.integers(5)
    if english:
        told["en"] = 3
    if trade and member.post.key in _TRADED:
        told[TRADES[int(speaks)]] = 3
    return told


def _drawn(usual: tuple[int, int], rng: np.random.Generator) -> int:
    return int(rng.integers(usual[0], usual[1] + 1))


def _evidence(skill: str, level: int, rng: np.random.Generator) -> str:
    """Below level 2 there is nothing to show yet."""
    shown = _SHOWN.get(skill, _BY_PRODUCT if skill in PRODUCTS else ("担当業界での運用設計 6社",))
    chosen = shown[int(rng.integers(len(shown)))]
    return chosen if level > 1 else ""
