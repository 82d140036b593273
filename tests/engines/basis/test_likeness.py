from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations

import pytest

from banso.engines.basis.likeness import Company, LikelyPair, likely_pairs

Found = list[tuple[int, int, tuple[str, ...], int]]


def by_letters(texts: Sequence[str], at_least: float) -> Iterator[tuple[int, int, float]]:
    """How alike texts are by the standard library: letters in common, in their order."""
    for one, other in combinations(range(len(texts)), 2):
        near = 100 * SequenceMatcher(None, texts[one], texts[other], autojunk=False).ratio()
        if near and near >= at_least:
            yield one, other, near


def company(number_of: int, name_key: str, /, **known: str | int) -> Company:
    return Company(id=number_of, name_key=name_key, **known)  # type: ignore[arg-type]


def found(*companies: Company) -> Found:
    pairs = likely_pairs(companies, by_letters)
    return [(each.first, each.second, each.reasons, each.likeness) for each in pairs]


def like(one: str, other: str, *readings: str) -> bool:
    read = [{"reading": reading} for reading in readings] or [{}, {}]
    return found(company(1, one, **read[0]), company(2, other, **read[1])) != []


def test_nothing_speaks_for_no_companies_or_for_strangers() -> None:
    assert found() == []
    assert found(company(1, "アサヒ"), company(2, "桜製作所")) == []


def test_one_number_is_one_company_whatever_it_is_called() -> None:
    one = company(7, "アサヒ", number="1180301018771")
    other = company(3, "桜製作所", number="1180301018771")
    assert found(one, other) == [(3, 7, ("same_number",), 100)]


def test_two_numbers_are_two_companies_whatever_else_they_share() -> None:
    one = company(1, "アサヒ", number="1180301018771", domain="asahi.example")
    other = company(2, "アサヒ", number="7000012050002", domain="asahi.example")
    assert found(one, other) == []


def test_reasons_add_up_and_the_most_likely_pair_comes_first() -> None:
    assert found(
        company(1, "アサヒ", domain="asahi.example"),
        company(2, "アサヒ", domain="asahi.example"),
        company(3, "桜製作所", domain="sakura.example"),
        company(4, "桜通商", domain="sakura.example"),
        company(5, "ミドリ運輸"),
        company(6, "ミドリ運輸"),
    ) == [
        (1, 2, ("same_name", "same_domain"), 98),
        (5, 6, ("same_name",), 90),
        (3, 4, ("same_domain",), 75),
    ]


@pytest.mark.parametrize("key", ["", "A", "24"])
def test_a_name_that_tells_nothing_is_no_reason(key: str) -> None:
    assert found(company(1, key), company(2, key)) == []


@pytest.mark.parametrize("domain", ["", "gmail.com", "docomo.ne.jp"])
def test_a_domain_that_anybody_can_have_is_no_reason(domain: str) -> None:
    assert found(company(1, "アサヒ", domain=domain), company(2, "桜", domain=domain)) == []


@pytest.mark.parametrize(("sharing", "pairs"), [(5, 10), (6, 0)])
def test_a_domain_that_many_share_is_no_reason(sharing: int, pairs: int) -> None:
    names = ["アサヒ", "桜製作所", "ミドリ運輸", "富士見", "大宮光学", "栄央"]
    every = [company(at, names[at], domain="group.example") for at in range(sharing)]
    assert len(found(*every)) == pairs


def test_a_parent_and_its_child_are_two_unless_they_have_one_number() -> None:
    parent = company(1, "アサヒ", domain="asahi.example")
    assert found(parent, company(2, "アサヒ", domain="asahi.example", parent=1)) == []
    assert found(company(1, "アサヒ", number="1180301018771"),
                 company(2, "アサヒ", number="1180301018771", parent=1)) == [
        (1, 2, ("same_number", "same_name"), 100)
    ]  # fmt: skip


def test_companies_of_one_group_may_share_its_domain() -> None:
    one = company(2, "アサヒ物流", domain="asahi.example", parent=1)
    other = company(3, "アサヒ開発", domain="asahi.example", parent=1)
    assert found(one, other) == []


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("山田エンジニアリング", "山田エンジニアリン", True),
        ("日本総合情報システム開発", "日本総合情報システム開発部", True),
        ("昭洋ホールディングス", "昭順ホールディングス", False),
        ("アサヒ", "アサビ", False),
        ("アオゾラ第1営業所", "アオゾラ第2営業所", False),
        ("アオゾラ物流センター1", "アオゾラ物流センター12", False),
        ("中央物流サービスセンター第一倉庫", "中央物流サービスセンター第二倉庫", False),
        ("東日本総合警備保障サービス株", "西日本総合警備保障サービス株", False),
    ],
)
def test_names_nearly_alike(one: str, other: str, alike: bool) -> None:
    assert like(one, other) is alike


def test_a_reading_that_is_the_same_helps_and_one_that_differs_hinders() -> None:
    assert like("伊藤フードサービス", "伊東フードサービス") is False
    assert like("伊藤フードサービス", "伊東フードサービス", *["イトウフードサービス"] * 2) is True
    assert like("山田エンジニアリング", "山田エンジニアリン", "ヤマダ", "サンデン") is False


def test_a_name_in_kana_or_latin_is_found_by_its_reading() -> None:
    assert like("cretas", "クレタス", "クレタス", "クレタス") is True
    assert like("興信", "光伸", "コウシン", "コウシン") is False


def test_of_a_large_group_each_is_held_against_the_first() -> None:
    every = [company(at, "アサヒ") for at in range(1, 13)]
    assert [(one, other) for one, other, _why, _how in found(*every)] == [
        (1, other) for other in range(2, 13)
    ]


def test_the_order_of_the_companies_does_not_matter() -> None:
    every = [
        company(1, "アサヒ", domain="asahi.example"),
        company(2, "アサヒ", domain="asahi.example"),
        company(3, "山田エンジニアリング"),
        company(4, "山田エンジニアリン"),
    ]
    assert found(*every) == found(*reversed(every))
    assert likely_pairs(every, by_letters)[0] == LikelyPair(1, 2, ("same_name", "same_domain"), 98)
