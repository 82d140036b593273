"""Notices of termination: one per contract that a customer ended. Mergers and lapses have none."""

from __future__ import annotations

import numpy as np

from banso.sample.accounts import OVERSOLD_REASON
from banso.sample.company import ENTERPRISE, first_days
from banso.sample.fates import ORPHANED, PRICED, notice_days
from banso.sample.scene import Scene
from banso.sample.subscriptions import contract_and_line_ids
from banso.sample.texts.grammar import Dice, phrases, tell

HEADER = ("解約ID", "顧客ID", "契約ID", "申出日", "申出方法", "解約日", "理由", "詳細")
FORMS = ("書面", "メール", "フォーム", "電話")
_FORM_CHANCES = (0.10, 0.30, 0.46, 0.14)
_FORM_CHANCES_LARGE = (0.55, 0.35, 0.05, 0.05)
_WON_BACK_REASONS = ("価格", "他社へ乗り換え", "社内体制の変更")
_DETAILED = 0.72
_DETAILS = {
    "価格": phrases("""
[値上げ後の金額|来期の予算]では継続が難しいとのこと。[機能への不満はなし。|]
[他社の見積が<2-4>割安い。|グループの購買方針で単価の上限が決まった。]
費用の見直し。[人数が減り、最低料金が割高になった。|決裁は経理主導。]
"""),
    "機能不足": phrases("""
[シフトの柔軟さ|承認の条件分岐|帳票の自由度]が足りないとの評価。
[要望<2-4>件が実装されず。|他社にある機能がない。]現場の手作業が残った。
"""),
    "他社へ乗り換え": phrases("""
[会計と一体の製品|親会社と同じ製品|地元業者の製品]へ移行。[決め手は画面の簡単さ。|移行は完了済み。|]
[比較検討のうえ|展示会をきっかけに]他社へ。[社名は非開示。|]
"""),
    "社内体制の変更": phrases("""
[組織再編|本社への業務集約|業務の外部委託]に伴い不要に。
[推進していた部長の異動後、方針が変わった。|新しい責任者の方針。]
社内事情とのこと。[詳しくは聞けず。|]
"""),
    "担当者の退職": phrases("""
担当者の退職後、[運用できる人がいない。|引き継ぎができなかった。]
[管理者が不在になり、紙に戻すとの判断。|後任が決まらず。]
"""),
    "閉店・廃業": phrases("""
[<1-3>月末で閉店。|後継者がなく廃業。|店舗の統合。][従業員の転籍先では別の製品。|]
"""),
    "利用が定着せず": phrases("""
[打刻だけの利用にとどまった。|現場に広がらず、紙と併用のまま。|初期設定の途中で止まった。]
[担当者が兼務で手が回らなかった|教育の時間が取れなかった]とのこと。
"""),
    OVERSOLD_REASON: phrases("""
[不規則シフト|中抜け・深夜またぎ]の給与計算ができず、毎月手直しが必要だった。
商談時の説明と異なり、[変則シフトが自動計算されない。|割増が合わない。]
"""),
    "": phrases("""
[理由の記載なし。|理由は答えたくないとのこと。|回答なし。]
"""),
}  # fmt: skip
_ORPHANED_DETAILS = phrases("""
[後ろ盾だった部長の異動後|責任者の交代後]、見直しの対象に。[利用自体は順調だった。|]
""")
_PRICED_DETAILS = phrases("""
利用は順調で不満なし。[金額のみが理由。|費用だけが折り合わず。]
""")


def cancellation_rows(scene: Scene, rng: np.random.Generator) -> list[tuple[str, ...]]:
    """In the order of the days of notice."""
    people, contracts, fates = scene.people, scene.contracts, scene.fates
    contract_ids, _ = contract_and_line_ids(scene.priced.lines, contracts)
    name: dict[int, str] = dict(
        zip(scene.priced.lines.contract.tolist(), contract_ids, strict=True)
    )
    lost = np.flatnonzero(fates.left_by_choice)
    back = scene.stories.won_back
    known = back.left_after >= scene.timeline.opening
    account = np.concatenate([lost, back.account[known]])
    ended = np.concatenate([fates.ended[lost], first_days(back.left_after[known] + 1)])
    returned = notice_days(
        back.left_after, contracts.notice_months[back.account],
        contracts.auto_renew[back.account], rng,
    )[known]  # fmt: skip
    notice = np.concatenate([fates.notice[lost], returned])
    order = np.lexsort((account, notice))
    numbers = rng.integers(0, 2**62, len(account)).tolist()
    rows: list[tuple[str, ...]] = []
    for turn, at in enumerate(order.tolist()):
        dice = Dice(numbers[turn])
        who = int(account[at])
        reason = scene.customers.reasons[who]
        if people.living[who]:
            reason = _WON_BACK_REASONS[dice.below(len(_WON_BACK_REASONS))]
        rows.append((
            f"X{turn + 1:06d}",
            scene.customers.ids[who],
            name[who],
            str(notice[at]),
            _form(large=bool(people.segment[who] == ENTERPRISE), dice=dice),
            str(ended[at]),
            reason,
            _detail(reason, int(fates.fate[who]), dice),
        ))  # fmt: skip
    return rows


def _form(*, large: bool, dice: Dice) -> str:
    chances = _FORM_CHANCES_LARGE if large else _FORM_CHANCES
    u = dice.below(1_000) / 1_000
    return FORMS[int(np.searchsorted(np.cumsum(chances)[:-1], u, side="right"))]


def _detail(reason: str, fate: int, dice: Dice) -> str:
    if not dice.chance(_DETAILED):
        return ""
    pool = _DETAILS[reason]
    if fate == ORPHANED and reason in ("", "社内体制の変更"):
        pool = _ORPHANED_DETAILS
    if fate == PRICED and reason == "価格":
        pool = _PRICED_DETAILS
    return tell(dice.one(pool), {}, dice)
