"""Searched words found in texts as they were written, and the part of a long text shown first."""

from __future__ import annotations

import pytest

from banso.engines.basis.passages import excerpt, search_words, spans


def marked(text: str, query: str) -> str:
    """The text with [brackets] round what the query finds."""
    shown, last = "", 0
    for start, end in spans(text, search_words(query)):
        shown += f"{text[last:start]}[{text[start:end]}]"
        last = end
    return shown + text[last:]


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("年末調整の資料", "年末調整", "[年末調整]の資料"),
        ("勤怠の締め、勤怠の修正", "勤怠", "[勤怠]の締め、[勤怠]の修正"),
        ("ﾍﾞﾝﾀﾞｰ比較", "べんだー", "[ﾍﾞﾝﾀﾞｰ]比較"),
        ("ベンダー比較", "ﾍﾞﾝﾀﾞｰ", "[ベンダー]比較"),
        ("ＳＡＭＬ連携", "saml", "[ＳＡＭＬ]連携"),
        ("髙橋様", "高橋", "[髙橋]様"),
        ("ID 連携", "ID連携", "[ID 連携]"),
        ("㈱アクメ", "株", "[㈱]アクメ"),
        ("ab", "a b", "[ab]"),
        ("abcab", "abc bca", "[abca]b"),
        ("見積書", "請求", "見積書"),
        ("", "請求", ""),
        ("見積書", "", "見積書"),
    ],
)
def test_a_word_is_found_in_any_width_case_and_kana(text: str, query: str, found: str) -> None:
    assert marked(text, query) == found


def test_each_word_of_a_query_counts_once() -> None:
    assert search_words(" 勤怠　ＡＢＣ 勤怠 abc ") == ("勤怠", "ABC".casefold())


def test_a_short_text_is_shown_whole() -> None:
    assert excerpt("短い", ("い",), size=2) == "短い"


def test_a_long_text_is_shown_from_its_start() -> None:
    assert excerpt("あ" * 30, (), size=10) == "あ" * 10 + "…"
    assert excerpt("宿題" + "あ" * 100, ("宿題",), size=60) == "宿題" + "あ" * 58 + "…"


def test_a_long_text_is_shown_from_before_the_first_word_found() -> None:
    text = "あ" * 100 + "宿題" + "い" * 100
    assert excerpt(text, ("宿題",), size=60) == "…" + "あ" * 40 + "宿題" + "い" * 18 + "…"
    assert excerpt("あ" * 100 + "宿題", ("宿題",), size=60) == "…" + "あ" * 40 + "宿題"
