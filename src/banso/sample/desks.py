"""Which people a customer has: department, title and stake, by segment and industry."""

from __future__ import annotations

from dataclasses import dataclass

from banso.sample.company import ENTERPRISE, MID, SMB
from banso.sample.trades import BUILDING, CARE, PUBLIC, RESTAURANTS, RETAIL, SCHOOLS, TRANSPORT

DECIDES, CHAMPIONS, USES = "決裁者", "推進者", "利用者"
SPONSORS, ADVISES, PAYS, RUNS_IT, OTHER = (
    "役員スポンサー",
    "外部アドバイザー",
    "経理窓口",
    "情シス",
    "その他",
)


@dataclass(frozen=True, slots=True)
class Desk:
    """One seat at a customer; several titles take turns. `men` is the chance of a man there."""

    department: str
    titles: tuple[str, ...]
    stake: str
    men: float


_OWNER = Desk("", ("代表取締役", "代表取締役社長", "代表取締役"), DECIDES, 0.88)
_OWNER_ABOVE = Desk("", ("代表取締役社長", "専務取締役", "代表取締役"), SPONSORS, 0.88)
_SMALL: tuple[tuple[Desk, ...], ...] = (
    # One buys what the office uses, or the owner signs it, or a head of office decides under him.
    (Desk("総務部", ("総務部長", "部長", "課長"), DECIDES, 0.6),
     Desk("総務部", ("", "主任", "係長"), USES, 0.3)),
    (_OWNER, Desk("総務", ("", "総務担当", "事務主任"), USES, 0.25)),
    (_OWNER_ABOVE,
     Desk("管理部", ("課長", "部長", "マネージャー"), DECIDES, 0.5),
     Desk("管理部", ("", "労務担当"), USES, 0.3)),
)  # fmt: skip
_SMALL_MORE = (
    Desk("経理", ("", "経理担当", "主任"), PAYS, 0.2),
    Desk("総務部", ("", "給与担当", "パート"), USES, 0.2),
)
_MID = (
    Desk("人事部", ("部長", "人事部長", "次長"), DECIDES, 0.75),
    Desk("人事部 労務課", ("課長", "主任", "係長", ""), CHAMPIONS, 0.45),
    Desk("総務部", ("課長", "", "係長"), USES, 0.4),
    Desk("経理部", ("課長", "主任", ""), PAYS, 0.45),
    Desk("情報システム部", ("課長", "主任", ""), RUNS_IT, 0.85),
)
_LARGE = (
    Desk("", ("執行役員 人事本部長", "取締役 管理本部長", "常務執行役員 CHRO"), SPONSORS, 0.85),
    Desk("人事部", ("部長", "人事部長", "統括部長"), DECIDES, 0.75),
    Desk("人事部 労務課", ("課長", "課長代理", "マネージャー"), CHAMPIONS, 0.5),
    Desk("情報システム部", ("課長", "主査", "マネージャー"), RUNS_IT, 0.85),
    Desk("人事部 給与厚生課", ("主任", "", "係長"), USES, 0.3),
    Desk("経理部", ("課長", "主任", ""), PAYS, 0.5),
    Desk("人事部 労務課", ("", "主任"), USES, 0.35),
    Desk("経営企画部 DX推進室", ("室長", "主任", ""), OTHER, 0.7),
    Desk("購買部", ("課長", ""), OTHER, 0.65),
    Desk("人事企画部", ("課長", "主任"), USES, 0.5),
)
_FIELD: dict[int, tuple[Desk, ...]] = {
    RETAIL: (Desk("店舗運営部", ("店長", "エリアマネージャー"), USES, 0.6),),
    RESTAURANTS: (Desk("営業部", ("店長", "スーパーバイザー", "店長"), USES, 0.65),),
    CARE: (
        Desk("看護部", ("師長", "主任"), USES, 0.1),
        Desk("介護部", ("施設長", "主任"), USES, 0.4),
    ),
    BUILDING: (Desk("工事部", ("所長", "工事課長"), USES, 0.95),),
    TRANSPORT: (Desk("運行管理課", ("所長", "運行管理者"), USES, 0.9),),
    SCHOOLS: (Desk("教務部", ("教務主任", "課長"), USES, 0.5),),
}
_CARE_SMALL = (
    (
        Desk("", ("理事長", "院長", "施設長"), DECIDES, 0.8),
        Desk("事務部", ("事務長", "", "主任"), USES, 0.45),
    ),
    (
        Desk("事務部", ("事務長", "事務部長"), DECIDES, 0.65),
        Desk("事務部", ("", "総務担当", "主任"), USES, 0.15),
    ),
)
_SCHOOL_SMALL = (
    (
        Desk("", ("理事長", "園長", "校長"), DECIDES, 0.7),
        Desk("事務局", ("", "事務主任"), USES, 0.25),
    ),
    (Desk("事務局", ("事務局長", "事務長"), DECIDES, 0.7), Desk("事務局", ("", "主任"), USES, 0.2)),
)
_TOWN_HALL = (
    Desk("総務部 職員課", ("課長",), DECIDES, 0.85),
    Desk("総務部 職員課", ("係長", "主査"), CHAMPIONS, 0.6),
    Desk("総務部 職員課", ("主事", "主任"), USES, 0.5),
    Desk("企画部 情報政策課", ("係長", "主任"), RUNS_IT, 0.85),
    Desk("会計課", ("主査", "主事"), PAYS, 0.4),
    Desk("総務部", ("部長",), SPONSORS, 0.9),
    Desk("教育委員会 学校教育課", ("係長", "主事"), USES, 0.6),
    Desk("契約検査課", ("主査",), OTHER, 0.7),
)


def desks(segment: int, industry: int, *, size: int, pick: float) -> list[Desk]:
    """The seats of one customer, the weightiest first; `pick` in 0..1 chooses the picture."""
    if industry == PUBLIC:
        return list(_TOWN_HALL[:size])
    field = _FIELD.get(industry, ())
    if segment == SMB:
        pictures = {CARE: _CARE_SMALL, SCHOOLS: _SCHOOL_SMALL}.get(industry, _SMALL)
        first = pictures[int(pick * len(pictures))]
        further = field + _SMALL_MORE if pick * 7 % 1 < 0.6 else _SMALL_MORE
        return [*first, *further][:size]
    usual = {MID: _MID, ENTERPRISE: _LARGE}[segment]
    keep = size - len(field) if segment == ENTERPRISE or pick < 0.6 else size
    return [*usual[: max(keep, 2)], *field, *usual[max(keep, 2) :]][:size]
