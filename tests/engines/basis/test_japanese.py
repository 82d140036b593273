from __future__ import annotations

import pytest

from banso.engines.basis.cells import CellFault
from banso.engines.basis.japanese import (
    company_key,
    corporate_number,
    folded,
    folded_romaji,
    looks_like_my_number,
    romaji,
    search_alternatives,
    search_text,
)


def found(query: str, stored: str) -> bool:
    return all(any(one in stored for one in word) for word in search_alternatives(query))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＡＢＣ", "abc"),
        ("ｿﾘｭｰｼｮﾝ", "ソリューション"),
        ("そりゅーしょん", "ソリューション"),
        ("㈱", "(株)"),
        ("髙島屋", "高島屋"),
        ("山﨑", "山崎"),
        ("渡邊", "渡辺"),
        ("渡邉", "渡辺"),
        ("葛\U000e0100城", "葛城"),
        ("三ヶ日", "三ケ日"),
        ("田中　太郎", "田中太郎"),
        ("か\u3099", "ガ"),
        ("1－2ー3—4", "1-2-3-4"),
    ],
)
def test_spellings_of_one_thing_fold_together(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_two_families_stay_two() -> None:
    assert folded("斎藤") != folded("斉藤")


def test_the_long_vowel_mark_stays_inside_words() -> None:
    assert folded("ビール3本") == "ビール3本"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("株式会社あさひ", "アサヒ"),
        ("アサヒ（株）", "アサヒ"),
        ("㈱ アサヒ", "アサヒ"),
        ("カブシキガイシャ アサヒ", "アサヒ"),
        ("一般社団法人 日本・あおぞら協会", "日本アオゾラ協会"),
        ("医療法人社団 桜会", "桜会"),
        ("NPO法人そら", "ソラ"),
        ("Toyota Motor Co., Ltd.", "toyotamotor"),
        ("Acme K.K.", "acme"),
        ("Foo & Co. KG", "foo"),
        ("アサヒ Holdings, Inc.", "アサヒholdings"),
        ("アサヒCo.,Ltd.", "アサヒ"),
        ("Cisco", "cisco"),
        ("Incubator", "incubator"),
        ("㈱", "(株)"),
        ("Inc.", "inc."),
        ("・", "・"),
        ("", ""),
    ],
)
def test_the_key_is_the_name_without_its_legal_form(name: str, key: str) -> None:
    assert company_key(name) == key


def test_three_ways_to_write_a_place_are_one_key() -> None:
    assert {company_key(name) for name in ("霞が関興業", "霞ヶ関興業", "霞ケ関興業")} == {
        "霞ケ関興業"
    }


@pytest.mark.parametrize("hostile", [" ,.", "co ", "k.k.", "n", "株式会社", "1-", "oh"])
def test_a_hostile_name_takes_no_longer_than_its_length(hostile: str) -> None:
    name = f"{hostile * 30_000}a"
    assert folded_romaji(name) + company_key(name) != ""


@pytest.mark.parametrize(
    ("kana", "expected"),
    [
        ("トウキョウ", "tokyo"),
        ("シンジュク", "sinzyuku"),
        ("しんばし", "sinbasi"),
        ("マッチャ", "mattya"),
        ("アッ", "a"),
        ("ッア", "a"),
        ("ファミリー", "famiri"),
        ("フュージョン", "fyuzyon"),
        ("ウィルウェイ", "wiruwei"),
        ("クォーツ", "kwotu"),
        ("グヮ", "gwa"),
        ("チェック", "tyekku"),
        ("ティール", "tiru"),
        ("ヴァイオリン", "baiorin"),
        ("ヅ・ヂ", "zuzi"),
        ("ニイガタ", "nigata"),
        ("ハァ", "ha"),
        ("ァャ", "a"),
        ("ABCショウジ2", "abcsyozi2"),
        ("", ""),
    ],
)
def test_kana_become_one_romaji(kana: str, expected: str) -> None:
    assert romaji(kana) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("tokyo toukyou Tōkyō TOOKYOO Tôkyô", "tokyo"),
        ("shinjuku sinzyuku shinnjuku sinjuku", "sinzyuku"),
        ("shimbashi shinbashi", "sinbasi"),
        ("matcha maccha mattya", "mattya"),
        ("Ohtani ootani ōtani", "otani"),
        ("Satoh satou", "sato"),
        ("shin'ichi shinichi", "siniti"),
        ("issha issya", "issya"),
        ("hajji hazzi", "hazzi"),
        ("fuji huzi", "huzi"),
        ("tsuzuki tsudzuki tuduki", "tuzuki"),
        ("onna", "onna"),
    ],
)
def test_romanisations_meet(typed: str, expected: str) -> None:
    assert {folded_romaji(word) for word in typed.split()} == {expected}


@pytest.mark.parametrize(
    "query",
    [
        "あさひ", "アサヒ", "ｱｻﾋ", "asahi", "Asahi", "ＡＳＡＨＩ", "株式会社あさひ", "㈱あさひ",
        "(株)アサヒ",
    ],
)  # fmt: skip
def test_a_company_is_found_however_it_is_written(query: str) -> None:
    assert found(query, search_text("株式会社あさひ"))


@pytest.mark.parametrize(
    ("query", "stored"),
    [
        ("asahi", search_text("旭化成株式会社", "アサヒカセイ")),
        ("asahi kasei", search_text("旭化成株式会社", "アサヒ・カセイ")),
        ("㈱ 旭化成", search_text("旭化成株式会社", "アサヒカセイ")),
        ("tōkyō", search_text("東京商会", "トウキョウショウカイ")),
        ("toukyou", search_text("東京商会", "とうきょうしょうかい")),
        ("shinjuku", search_text("シンジュク製作所")),
        ("sinzyuku", search_text("シンジュク製作所")),
        ("chicken", search_text("Chicken Inc")),
        ("Chicken, Inc.", search_text("Chicken Co., Ltd.")),
        ("霞が関", search_text("霞ヶ関商事")),
        ("霞が", search_text("霞が関商事")),
        ("JR", search_text("JR商事")),
    ],
)
def test_a_query_finds_what_it_means(query: str, stored: str) -> None:
    assert found(query, stored)


@pytest.mark.parametrize("query", ["さくら", "sakura", "asahi sakura", "oh"])
def test_a_query_leaves_out_what_it_does_not_mean(query: str) -> None:
    assert not found(query, search_text("株式会社あさひ", "アサヒモーター"))


def test_a_query_of_nothing_asks_for_nothing() -> None:
    assert search_alternatives(" 　") == []


def test_what_has_no_text_stores_none() -> None:
    assert search_text("", " ") == ""


@pytest.mark.parametrize(
    "written",
    [
        "7000012050002", "７０００－０１２０５０００２", "T7000012050002", "T7-0000-1205-0002",
        "t 7000012050002",
    ],
)  # fmt: skip
def test_a_corporate_number_is_read(written: str) -> None:
    # The National Tax Agency's own number.
    assert corporate_number(written) == "7000012050002"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "missing"),
        ("T", "missing"),
        ("7000012050003", "bad_corporate_number"),
        ("0000012050002", "bad_corporate_number"),
        ("700001205000", "bad_corporate_number"),
        ("あさひ", "bad_corporate_number"),
        ("123456789018", "looks_like_my_number"),
        ("1234 5678 9018", "looks_like_my_number"),
    ],
)
def test_a_wrong_corporate_number_is_named_and_not_repeated(written: str, code: str) -> None:
    with pytest.raises(CellFault) as refused:
        corporate_number(written)
    assert (refused.value.code, refused.value.facts, str(refused.value)) == (code, {}, code)


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("123456789018", True),
        ("１２３４-５６７８-９０１８", True),
        ("000000000000", True),
        ("123456789019", False),
        ("12345678901", False),
    ],
)
def test_a_personal_number_is_known_by_its_check_digit(digits: str, expected: bool) -> None:
    assert looks_like_my_number(digits) is expected
