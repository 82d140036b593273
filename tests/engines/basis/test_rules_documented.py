"""docs/rules.md tells the truth: its rules can be read, its table of missing values is right."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from banso.engines.basis.rules.answers import Subject, holds
from banso.engines.basis.rules.json_form import from_json
from banso.engines.basis.rules.reading import DEEPEST, LONGEST, MOST_LEAVES, parse
from banso.engines.basis.rules.settling import settle
from banso.engines.basis.rules.vocabulary import Fact, FactType, Vocabulary
from banso.engines.basis.rules.writing import rule_text

PAGE = (Path(__file__).parents[3] / "docs" / "rules.md").read_text()
EXAMPLES = [
    *next(iter(re.findall(r"```rule\n(.*?)```", PAGE, re.DOTALL))).splitlines(),
    *re.findall(r"^\|[^|]*\|[^|]*\| `([^`]+)` \|$", PAGE, re.MULTILINE),
]
YES_NO = {"yes": True, "no": False}


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_can_be_read(text: str) -> None:
    assert parse(rule_text(parse(text))) == parse(text)


def test_the_examples_were_found() -> None:
    assert len(EXAMPLES) == 12


def test_what_is_missing_is_answered_as_the_table_says() -> None:
    head, _line, *rows = [
        [cell.strip(" *`") for cell in line.strip("|").split("|")]
        for line in PAGE.partition("| account |")[2].partition("\n\n")[0].splitlines()
    ]
    vocabulary = Vocabulary([Fact(key="arr", type=FactType.MONEY)], currency="JPY")
    for account, *told in rows:
        amount = account.removeprefix("ARR ")
        subject = Subject({"arr": int(amount) if amount.isdigit() else None})
        assert [
            holds(settle(parse(text), vocabulary, on=date(2026, 4, 1)), subject) for text in head
        ] == [YES_NO[answer] for answer in told]


def test_the_json_is_a_rule() -> None:
    (form,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert rule_text(from_json(json.loads(form))) == "change(health, 30d) <= -15"


def test_the_limits_are_those_of_the_code() -> None:
    limits = f"at most {LONGEST:,} characters, {MOST_LEAVES} questions and {DEEPEST} parentheses"
    assert limits in PAGE
