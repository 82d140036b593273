"""The page of definitions tells every setting of the engine, in words."""

from __future__ import annotations

from dataclasses import fields

import pytest
from django.utils.translation import override

from banso.engines.revenue.definitions import DEFAULT, OFFERED, Definition
from banso.rooms.identity.models import User
from banso.rooms.revenue.queries.wording import SETTINGS, told_value
from tests.factories.pages import browser, visit

pytestmark = pytest.mark.django_db
KNOWN = [field.name for field in fields(Definition) if field.name != "name"]
SETTLED = [name for name, values in OFFERED.items() if len(values) == 1]


def told_on_the_page(user: User, language: str) -> dict[str, str]:
    """By what each setting is called and means, its value in the default."""
    [_head, *rows] = visit(browser(user, language=language), "/revenue/definitions/").rows
    return {row[0]: row[1] for row in rows if len(row) == 3}


def words(setting: str, language: str) -> str:
    with override(language):
        return "".join(str(text) for text in SETTINGS[setting])


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_setting_of_the_engine_stands_on_the_page_with_its_default(
    executive: User, language: str
) -> None:
    told = told_on_the_page(executive, language)
    with override(language):
        usual = {name: told_value(name, getattr(DEFAULT, name)) for name in KNOWN}
    assert told == {words(name, language): value for name, value in usual.items()}


def test_what_is_settled_says_its_one_value_and_is_not_asked_for(
    executive: User, operations: User
) -> None:
    told = told_on_the_page(executive, "en")
    assert {setting: told[words(setting, "en")] for setting in SETTLED} == {
        "proration": "The day it takes effect",
        "delinquent_after_days": "Never by not paying",
        "cheaper_annual": "A contraction",
        "usage_based": "What is committed alone",
        "zone": "That of the installation, Asia/Tokyo",
    }
    form = visit(browser(operations), "/revenue/definitions/new/")
    assert set(form.attributes("select", "name")).isdisjoint(SETTLED)


@pytest.mark.parametrize("setting", sorted(OFFERED))
def test_no_value_is_told_by_its_name_in_code(setting: str) -> None:
    for value in OFFERED[setting]:
        if not isinstance(value, int):
            assert told_value(setting, value) != str(value)
    assert told_value(setting, getattr(DEFAULT, setting)) != ""
