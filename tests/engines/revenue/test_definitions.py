"""The definition set: its defaults, what it refuses, and how it is kept."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from banso.engines.revenue.definitions import (
    AS_DATED,
    DEFAULT,
    OFFERED,
    WITHHELD,
    Definition,
    NotOffered,
    claims_grr,
    from_dict,
)


def test_a_definition_is_kept_as_names_and_values_and_comes_back() -> None:
    other = replace(DEFAULT, name="gross", fx="inside_movements", grace_days=0)
    assert from_dict(other.as_dict()) == other
    assert from_dict({"name": "gross", "fx": "inside_movements", "grace_days": 0}) == other
    assert DEFAULT.as_dict() == {
        "name": "default",
        "netting": "net_per_period",
        "rate_base": "two_point",
        "proration": "run_rate_from_effective_date",
        "churn_date": "end_of_paid_term",
        "delinquent_after_days": None,
        "grace_days": 30,
        "reactivation_max_days": 365,
        "pause_keeps_mrr": False,
        "discounts": "net_of_recurring",
        "full_discount_is_churn": True,
        "cheaper_annual": "contraction",
        "fx": "constant_currency_opening",
        "ramp": "in_force",
        "links": "close_predecessor",
        "merge_split": "transfer",
        "usage_based": "commit_only",
        "base_plan": False,
        "zone": "installation",
        "segment_at": "opening",
        "quick_ratio_reactivation": False,
        "cohort_index_from": 0,
        "nrr_reactivation": False,
        "nrr_scheduled": True,
    }


def test_a_definition_says_in_what_it_differs() -> None:
    assert DEFAULT.changed() == {}
    assert AS_DATED.changed() == {
        "grace_days": 0,
        "reactivation_max_days": None,
        "links": "as_dated",
    }


def test_the_name_of_the_default_belongs_to_the_default() -> None:
    with pytest.raises(NotOffered, match="Expected another name than 'default'"):
        Definition(grace_days=0)
    with pytest.raises(NotOffered, match="Expected another name than ' '"):
        Definition(name=" ")


def test_a_value_that_is_withheld_says_why() -> None:
    for (setting, value), reason in WITHHELD.items():
        with pytest.raises(NotOffered) as refused:
            replace(DEFAULT, name="other", **{setting: value})
        assert (refused.value.setting, refused.value.value, refused.value.reason) == (
            setting,
            value,
            reason,
        )


@pytest.mark.parametrize(
    ("given", "setting", "reason"),
    [
        ({"fx": "mine"}, "fx", ""),
        ({"delinquent_after_days": 30}, "delinquent_after_days", "needs invoices and payments"),
        ({"grace_days": -1}, "grace_days", "must be 0 to 366"),
        ({"grace_days": 367}, "grace_days", "must be 0 to 366"),
        ({"grace_days": True}, "grace_days", "must be 0 to 366"),
        ({"reactivation_max_days": 30}, "reactivation_max_days", "must be 31 or more"),
        ({"cohort_index_from": True}, "cohort_index_from", ""),
        ({"base_plan": 1}, "base_plan", ""),
        ({"rate_base": "movement_sum"}, "rate_base", "needs netting every_movement"),
        (
            {"fx": "inside_movements", "netting": "every_movement"},
            "fx",
            "needs netting net_per_period",
        ),
    ],
)
def test_what_is_not_offered_is_refused_by_name(
    given: dict[str, Any], setting: str, reason: str
) -> None:
    with pytest.raises(NotOffered) as refused:
        replace(DEFAULT, name="other", **given)
    assert (refused.value.setting, refused.value.reason) == (setting, reason)


def test_the_bounds_of_days_are_offered() -> None:
    assert replace(DEFAULT, name="x", grace_days=366, reactivation_max_days=367).grace_days == 366
    assert replace(DEFAULT, name="x", reactivation_max_days=31).reactivation_max_days == 31
    assert replace(DEFAULT, name="x", reactivation_max_days=None).reactivation_max_days is None


def test_a_stored_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NotOffered, match="Expected another colour than 'red': it is no setting"):
        from_dict({"name": "other", "colour": "red"})


def test_every_setting_is_declared_once() -> None:
    days = {"grace_days", "reactivation_max_days"}
    assert {field.name for field in fields(Definition)} == {"name", *OFFERED, *days}
    assert all(getattr(DEFAULT, setting) == allowed[0] for setting, allowed in OFFERED.items())


@pytest.mark.parametrize(
    "label",
    [
        *("GRR", "grr", "Board GRR", "GRR率", "GRR_2024", "grr-by-contract"),
        *("Gross Revenue Retention", "gross retention", "Gross  dollar retention"),
        *("グロスリテンション", "グロス・レベニュー・リテンション", "Gross ARR retention"),
        *("グロス売上維持率", "総収益維持率", "総売上継続率", "総売上維持率", "グロス継続率"),
        *("グロス レベニュー 維持率", "粗収益維持率", "総契約金額リテンション率", "ｸﾞﾛｽ継続率"),
    ],
)
def test_no_set_of_settings_is_called_like_the_figure(label: str) -> None:
    """Also not in the wide letters of a Japanese keyboard."""
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in label)
    for name in (label, wide):
        assert claims_grr(name)
        with pytest.raises(NotOffered) as refused:
            Definition(name=name, grace_days=0)
        assert refused.value.setting == "name"
        assert refused.value.reason == "is the name of a figure that nothing else may bear"


@pytest.mark.parametrize(
    "label",
    ["gross", "NRR", "Ingrrid", "logo retention", "粗利", "", "総合満足度", "総合継続率", "継続率"],
)
def test_names_of_something_else_are_nobodys(label: str) -> None:
    assert not claims_grr(label)
