"""What people write in the sample company doesn't bore, and phrases read as they are spelled."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from banso.sample.texts.grammar import Dice, phrase, slots, tell
from tests.sample.files import Row, company

UNTOLD = re.compile(r"[\[\]{}<>|]|。。|、。|」。。|None|nan")
POLITE_OPENINGS = re.compile(r"お世話になっております|ありがとうございま|失礼いたします")


def notes(size: int = 2000) -> list[Row]:
    return company(size).tables["touchpoints"]


def test_most_notes_are_like_no_other() -> None:
    bodies = Counter(row["内容"] for row in notes())
    assert len(bodies) >= 0.60 * bodies.total()
    assert bodies.most_common(1)[0][1] <= 0.003 * bodies.total()


def test_no_ticket_or_comment_is_heard_too_often() -> None:
    for kind, column, part in (("tickets", "内容", 0.005), ("survey_answers", "コメント", 0.02)):
        texts = Counter(row[column] for row in company(2000).tables[kind] if row[column])
        assert texts.most_common(1)[0][1] <= part * texts.total()


def test_small_companies_do_not_bore_either() -> None:
    bodies = Counter(row["内容"] for row in notes(300))
    assert len(bodies) >= 0.90 * bodies.total()


@pytest.mark.parametrize("kind", ["touchpoints", "tickets", "survey_answers", "cancellations"])
def test_nothing_of_the_spelling_is_left_in_a_text(kind: str) -> None:
    columns = ("件名", "内容", "宿題", "コメント", "詳細")
    texts = {row[c] for row in company(2000).tables[kind] for c in columns if c in row}
    assert [text for text in texts if UNTOLD.search(text)] == []


def test_mails_are_polite_and_memos_terse() -> None:
    mails = [r["内容"] for r in notes() if r["種別"] == "メール" and not r["内容"].isascii()]
    memos = [r["内容"] for r in notes() if r["種別"] == "社内メモ"]
    polite = sum(bool(POLITE_OPENINGS.search(mail)) for mail in mails)
    assert polite > 0.75 * len(mails)
    assert [memo for memo in memos if "お世話になっております" in memo] == []
    assert sum(map(len, memos)) / len(memos) < 0.8 * sum(map(len, mails)) / len(mails)


def test_some_is_written_in_english() -> None:
    share = sum(row["内容"].isascii() for row in notes()) / len(notes())
    assert share == pytest.approx(0.02, abs=0.008)


def test_a_season_is_spoken_of_in_its_months() -> None:
    months = {row["日時"][5:7] for row in notes() if row["件名"].startswith("算定")}
    assert months == {"06", "07"}


def test_only_newcomers_are_met_as_such() -> None:
    contacts = {row["先方担当者ID"]: row for row in company(2000).tables["contacts"]}
    met = [row for row in notes() if row["件名"] == "着任のご挨拶" and row["先方担当者ID"]]
    assert len(met) > 100
    assert [row for row in met if not contacts[row["先方担当者ID"]]["前任者ID"]] == []


def test_the_same_number_tells_the_same_text() -> None:
    made = phrase("[週明け|月末|<2-4>日後]に{相手}へ[|必ず]連絡")
    told = [tell(made, {"相手": "森さん"}, Dice(5)) for _ in range(2)]
    assert told[0] == told[1]
    assert slots(made) == {"相手"}


def test_a_choice_tells_each_of_its_readings() -> None:
    made = phrase("[甲|乙[丙|丁]|]。")
    assert {tell(made, {}, Dice(number)) for number in range(60)} == {
        "甲。",
        "乙丙。",
        "乙丁。",
        "。",
    }


@pytest.mark.parametrize("text", ["[甲|乙", "甲]乙", "甲|乙"])
def test_a_phrase_that_is_spelled_wrong_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not closed|Unbalanced"):
        phrase(text)
