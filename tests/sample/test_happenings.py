"""What is planted in touchpoints, tickets, surveys and usage stands in these files."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from statistics import mean, median

import pytest

from tests.sample.files import SIZES, UNTIL, Company, Row, company, segment, start

IRREGULAR = re.compile("変則|不規則|深夜またぎ|中抜け|1日2回出勤|ヘルプ勤務")


@SIZES
def test_truth_of_the_oversold_in_tickets_reasons_and_errors(size: int) -> None:
    told = company(size)
    fact = told.fact("oversold_quarter")
    oversold = set(fact["accounts"])
    asked = {
        row["顧客ID"]
        for row in told.tables["tickets"]
        if row["製品"] == fact["product"] and IRREGULAR.search(row["件名"] + row["内容"])
    }
    assert asked - oversold == set()
    assert len(asked) >= 0.9 * len(oversold)
    reasons = {r["顧客ID"]: r["理由"] for r in told.tables["cancellations"]}
    honest = {a for a in oversold if reasons[a] == "シフト勤務の給与計算に対応できず"}
    assert honest == set(fact["honest_reason"])
    turns: Counter[bool] = Counter()
    errors: Counter[bool] = Counter()
    for use in told.usage:
        if use.product == fact["product"]:
            turns[use.account in oversold] += use.turns
            errors[use.account in oversold] += use.errors
    assert errors[True] / turns[True] > 5 * errors[False] / turns[False]


def test_truth_of_the_relabelled_support() -> None:
    told = company(2000)
    fact = told.fact("relabelled_support")
    renamed = {m["社員ID"]: m for m in told.tables["members"] if m["前職種"] == "サポート"}
    assert sorted(renamed) == fact["members"]
    assert {m["職種変更日"] for m in renamed.values()} == {fact["renamed_on"]}
    mixes: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for row in told.tables["touchpoints"]:
        when = "before" if row["日時"][:10] < fact["renamed_on"] else "after"
        mixes[row["担当者"], when].append(row["起点"] == "リアクティブ")
    for handle in renamed:
        shares = {when: mean(mixes[handle, when]) for when in ("before", "after")}
        told_shares = fact["reactive_share"][handle]
        assert shares == {w: pytest.approx(told_shares[w], abs=0.001) for w in shares}
        assert min(shares.values()) >= 0.65
        assert abs(shares["before"] - shares["after"]) < 0.15
    csm = {row["担当CSM"] for row in told.living if segment(row) != "SMB"}
    assert max(mean(mixes[handle, "after"]) for handle in csm) < 0.65


def test_truth_of_the_webinars_and_their_holdout() -> None:
    told = company(2000)
    fact = told.fact("webinars")
    came = {entry["account"]: entry["on"] for entry in fact["came"]}
    first = min(came.values())
    attended = {
        row["顧客ID"]: row["日時"][:10]
        for row in told.tables["touchpoints"]
        if row["種別"] == "ウェビナー" and row["日時"][:10] >= first
    }
    assert attended == came
    assert set(came) <= set(fact["invited"])
    assert set(fact["invited"]) & set(fact["held_out"]) == set()
    accounts = [told.accounts[account] for account in fact["invited"] + fact["held_out"]]
    assert {segment(row) for row in accounts} == {"SMB"}
    change = {
        name: _change(told, those, first, max(came.values()))
        for name, those in (("came", set(came)), ("held_out", set(fact["held_out"])))
    }
    effect = change["came"] / change["held_out"]
    assert effect == pytest.approx(fact["use_of_those_who_came"], abs=0.06)


def _change(told: Company, those: set[str], before: str, after: str) -> float:
    """Turns a day after the second webinar over those before the first."""
    turns: Counter[bool] = Counter()
    since = (UNTIL - timedelta(days=90)).isoformat()
    for use in told.usage:
        if use.account in those and use.day >= since and not before <= use.day < after:
            turns[use.day >= after] += use.users
    days = {False: _between(since, before), True: _between(after, UNTIL.isoformat())}
    return (turns[True] / days[True]) / (turns[False] / days[False])


def _between(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def test_truth_of_the_onboarding_score() -> None:
    told = company(2000)
    fact = told.fact("onboarding_score")
    first_end = first_terms(told)
    stayed: dict[bool, list[bool]] = {True: [], False: []}
    for row in told.tables["survey_answers"]:
        if row["調査"] == "オンボーディング" and row["顧客ID"] in first_end:
            stayed[int(row["点数"]) >= 4].append(first_end[row["顧客ID"]])
    assert mean(stayed[True]) - mean(stayed[False]) > 0.15
    rates = fact["first_term_retention"]
    assert rates["4_or_5"] - rates["1_to_3"] > 0.15
    helped = Counter(
        row["担当者"] for row in told.tables["touchpoints"] if "キックオフ" in row["件名"]
    )
    roles = {m["社員ID"]: m["職種"] for m in told.tables["members"]}
    by_role: Counter[str] = Counter()
    for handle, count in helped.items():
        by_role[roles[handle]] += count
    assert by_role.most_common(1)[0][0] == "オンボーディング"


def first_terms(told: Company) -> dict[str, bool]:
    """Of the customers whose first term is over and told: whether they went on after it."""
    firsts: dict[str, str] = {}
    for line in told.tables["subscriptions"]:
        if line["開始日"] == told.accounts[line["顧客ID"]]["契約開始日"] and line["契約満了日"]:
            firsts[line["顧客ID"]] = line["契約満了日"]
    later = {
        line["顧客ID"]: line["開始日"] for line in sorted(told.tables["subscriptions"], key=start)
    }
    return {a: later[a] > end for a, end in firsts.items() if end < UNTIL.isoformat()}


def test_truth_of_verified_outcomes() -> None:
    told = company(2000)
    fact = told.fact("verified_outcomes")
    verified = {
        row["顧客ID"]
        for row in told.tables["touchpoints"]
        if row["件名"] in ("成果確認会", "導入成果の確認", "導入成果の検証")
    }
    large = {a for a, row in told.accounts.items() if segment(row) == "enterprise"}
    assert verified == set(fact["accounts"])
    stayed = {
        known: mean(bool(told.accounts[a]["担当CSM"]) for a in those)
        for known, those in (("with", large & set(fact["accounts"])),
                             ("without", large - set(fact["accounts"])))
    }  # fmt: skip
    assert stayed == {
        known: pytest.approx(rate, abs=0.001) for known, rate in fact["stayed"].items()
    }
    assert stayed["with"] - stayed["without"] > 0.1


def test_truth_of_requests_that_lay_during_a_leave() -> None:
    told = company(2000)
    leaves = told.fact("requests_during_leave")["leaves"]
    on_leave = {m["社員ID"]: m for m in told.tables["members"] if m["休業種別"] == "育児休業"}
    assert {leave["member"] for leave in leaves} == set(on_leave)
    renamed_on = told.fact("relabelled_support")["renamed_on"]
    hours: dict[bool, list[float]] = {True: [], False: []}
    for row in told.tables["tickets"]:
        account, on = told.accounts[row["顧客ID"]], row["受付日時"][:10]
        if (
            account["担当CSM"]
            and segment(account) == "SMB"
            and on >= renamed_on
            and row["初回応答日時"]
        ):
            absent = on_leave.get(account["担当CSM"])
            away = bool(absent) and absent["休業開始日"] <= on <= absent["休業終了日"]
            hours[away].append(_hours(row))
    assert len(hours[True]) > 200
    assert median(hours[True]) > 30
    assert median(hours[False]) < 6


def _hours(row: Row) -> float:
    opened, answered = (datetime.fromisoformat(row[c]) for c in ("受付日時", "初回応答日時"))
    return (answered - opened).total_seconds() / 3600


def test_requests_of_small_customers_are_short_and_alike() -> None:
    told = company(2000)
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for row in told.tables["tickets"]:
        texts[segment(told.accounts[row["顧客ID"]])].append(row["内容"])
    assert median(map(len, texts["SMB"])) < 0.4 * median(map(len, texts["mid"]))
    alike = {s: len(set(those)) / len(those) for s, those in texts.items()}
    assert alike["SMB"] < 0.5 * alike["mid"]


def test_truth_of_the_peak_in_april() -> None:
    told = company(2000)
    fact = told.fact("april_peak")
    weeks: Counter[date] = Counter()
    for row in told.tables["tickets"]:
        day = date.fromisoformat(row["受付日時"][:10])
        weeks[day - timedelta(days=day.weekday())] += 1
    assert len(fact["weeks"]) == 3
    for week in fact["weeks"]:
        monday = date.fromisoformat(week["from"])
        near = [weeks[monday + timedelta(weeks=w)] for w in range(-26, 14) if w]
        assert weeks[monday] / median(each for each in near if each) == pytest.approx(3, abs=0.75)
        assert weeks[monday] == max(weeks[monday + timedelta(weeks=w)] for w in range(-20, 14))


def test_truth_of_promises_lost_at_handovers() -> None:
    told = company(2000)
    fact = told.fact("handover_promises")
    changes: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for change in fact["handovers"]:
        changes[change["account"]].append(change)
    kept: defaultdict[str, list[bool]] = defaultdict(list)
    for row in told.tables["touchpoints"]:
        if row["宿題"] and row["宿題期限"] < UNTIL.isoformat():
            met = [
                c for c in changes[row["顧客ID"]] if row["日時"][:10] < c["on"] <= row["宿題期限"]
            ]
            first = min(met, key=lambda change: change["on"], default=None)
            group = "never_handed_over"
            if first:
                group = "with_packet" if first["packet"] else "without_packet"
            kept[group].append(bool(row["宿題完了日"]) and row["宿題完了日"] <= row["宿題期限"])
    assert {group: len(those) for group, those in kept.items()} == fact["promises"]
    shares = {group: mean(those) for group, those in kept.items()}
    assert shares == {g: pytest.approx(share, abs=0.001) for g, share in fact["kept"].items()}
    assert shares["with_packet"] - shares["without_packet"] == pytest.approx(0.20, abs=0.03)
    assert shares["with_packet"] == pytest.approx(shares["never_handed_over"], abs=0.03)


def test_packets_stand_in_the_notes_before_the_handover() -> None:
    told = company(2000)
    written = {
        (row["顧客ID"], row["日時"][:7])
        for row in told.tables["touchpoints"]
        if row["件名"] == "引き継ぎ資料"
    }
    expected = set()
    for change in told.fact("handover_promises")["handovers"]:
        eve = date.fromisoformat(change["on"]) - timedelta(days=1)
        if change["packet"]:
            expected.add((change["account"], eve.isoformat()[:7]))
    assert written == expected


def test_truth_of_growth_that_somebody_has_spoken_of() -> None:
    told = company(2000)
    grown = {entry["account"] for entry in told.fact("white_space")["accounts"]}
    spoken = {r["顧客ID"] for r in told.tables["touchpoints"] if r["件名"] == "増員計画について"}
    assert spoken - grown == set()
    assert len(spoken) >= 0.9 * len(grown)


@SIZES
def test_truth_of_interest_in_payroll(size: int) -> None:
    told = company(size)
    fact = told.fact("payroll_interest")
    held: defaultdict[str, set[str]] = defaultdict(set)
    for line in told.tables["subscriptions"]:
        if line["開始日"] <= UNTIL.isoformat() <= (line["終了日"] or "9999"):
            held[line["顧客ID"]].add(line["製品"])
    lacking = {
        a for a, those in held.items() if "アオゾラ勤怠" in those and "アオゾラ給与" not in those
    }
    assert set(fact["accounts"]) <= lacking
    assert fact["size"] / len(lacking) == pytest.approx(0.11, abs=0.02)
    asked = {r["顧客ID"] for r in told.tables["touchpoints"] if r["件名"].startswith("給与ソフト")}
    assert asked == set(fact["accounts"])
