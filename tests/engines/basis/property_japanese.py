"""Laws of the reading layer: folding is final, search finds what was stored, spellings meet."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from banso.engines.basis.cells import CellFault
from banso.engines.basis.japanese import (
    company_key,
    corporate_number,
    folded,
    folded_romaji,
    romaji,
    search_alternatives,
    search_text,
)

KATAKANA = "".join(chr(code) for code in range(ord("ァ"), ord("ヺ") + 1)) + "ー"
HIRAGANA = "".join(chr(code) for code in range(ord("ぁ"), ord("ゖ") + 1))
kana = st.text(KATAKANA, min_size=1, max_size=12)
names = st.text(
    st.one_of(
        st.sampled_from(KATAKANA + HIRAGANA + "株式会社有限旭化成東京髙﨑霞関"),
        st.sampled_from("ABCxyz019 　()㈱.,&・-ー"),
        st.characters(codec="utf-8"),
    ),
    min_size=1,
    max_size=20,
)


@given(st.text())
@example("ヶ\u3099わ\u3099")
@example("1 ー 2")
@example("¯¸")
@example("カ ゛")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(kana)
def test_width_and_script_of_kana_do_not_matter(text: str) -> None:
    hiragana = "".join(chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char for char in text)
    assert folded(hiragana) == folded(text)


@given(names)
def test_a_key_is_empty_only_where_the_name_is(name: str) -> None:
    assert bool(company_key(name)) is bool(folded(name))


@given(names)
def test_a_name_is_found_by_itself(name: str) -> None:
    stored = search_text(name)
    assert all(any(one in stored for one in word) for word in search_alternatives(name))


@given(names, st.text(KATAKANA, min_size=2, max_size=12))
def test_a_name_is_found_by_its_reading(name: str, reading: str) -> None:
    stored = search_text(name, reading)
    assert all(any(one in stored for one in word) for word in search_alternatives(reading))


@given(names)
def test_no_query_reaches_across_two_parts(name: str) -> None:
    assert not any("\n" in one for word in search_alternatives(name) for one in word)


@given(kana)
@example("ッヂ")
def test_romaji_is_already_folded(text: str) -> None:
    assert folded_romaji(romaji(text)) == romaji(text)


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_of_ten_leading_digits_at_most_one_checks(base: int) -> None:
    passed = []
    for digit in range(10):
        try:
            passed.append(corporate_number(f"{digit}{base:012}"))
        except CellFault as fault:
            assert fault.code == "bad_corporate_number"  # noqa: PT017
    assert len(passed) == 1


def test_the_check_digit_agrees_with_the_published_formula() -> None:
    rng = np.random.default_rng(7)
    for base in rng.integers(0, 10, size=(200, 12)):
        weights = np.array([2, 1] * 6)  # from the left; the rightmost of the twelve counts once
        check = 9 - int(base @ weights) % 9
        number = f"{check}{''.join(map(str, base))}"
        assert corporate_number(number) == number


@pytest.mark.parametrize(
    "form", ["株式会社{}", "{}株式会社", "㈱{}", "{}（株）", "{} Inc.", "{} Co., Ltd."]
)
@given(reading=st.text("アイウエオカキクケコサシスセソ", min_size=1, max_size=8))
def test_every_form_has_the_key_of_the_bare_name(form: str, reading: str) -> None:
    assert company_key(form.format(reading)) == reading
