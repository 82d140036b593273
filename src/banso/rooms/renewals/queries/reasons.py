"""Reasons as files tell them, in words of their own, as one of ours."""

from __future__ import annotations

import re

from banso.rooms.renewals.models import LossReason

# The first that fits decides.
PATTERNS = tuple(
    (reason, re.compile(words, re.IGNORECASE))
    for reason, words in (
        (LossReason.CLOSED_DOWN, "閉店|廃業|倒産|解散|統合|bankrupt|closed|merged"),
        (LossReason.COMPETITOR, "他社|競合|乗り?換え|乗換|competitor|switch"),
        (LossReason.PRICE, "価格|料金|費用|予算|コスト|値上げ|高い|price|pricing|budget|cost"),
        (LossReason.NOT_ADOPTED, "定着|使われ|未利用|活用でき|adopt|usage|unused"),
        (LossReason.MISSING_FEATURE, "機能|仕様|要件|説明と|feature|functional"),
        (LossReason.NO_VALUE, "効果|成果|roi|value"),
        (LossReason.PERSON_LEFT, "退職|異動|担当者|champion"),
        (LossReason.REORGANISED, "体制|組織|方針|reorgani|strategy|policy"),
        (LossReason.SERVICE, "対応|サポート|障害|support|service"),
    )
)


def reason_told(reason: str, detail: str) -> LossReason | str:
    """The reason that a notice's words tell; "" where it says nothing."""
    for text in (reason, detail):
        found = next((known for known, pattern in PATTERNS if pattern.search(text)), None)
        if found:
            return found
    return LossReason.OTHER if reason.strip() else ""
