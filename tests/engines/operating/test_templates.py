"""Each model to begin with: it reads, is found to be what its text says, and does what its company
does.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from banso.engines.operating.checks import check
from banso.engines.operating.checks.capacity import demand, reserve_of
from banso.engines.operating.choices import Cut, Mode, Unit
from banso.engines.operating.findings import Severity
from banso.engines.operating.reading import read
from banso.engines.operating.surroundings import Person
from banso.engines.operating.templates import (
    UnknownTemplate,
    template,
    template_text,
)
from tests.engines.operating.shelf import KEYS, codes, renewed, served, surroundings


def test_there_are_twenty_one_templates() -> None:
    assert len(KEYS) == 21


def test_a_key_that_no_file_has_is_unknown() -> None:
    with pytest.raises(UnknownTemplate):
        template_text("../document")


@pytest.mark.parametrize("key", KEYS)
def test_a_template_is_found_to_be_what_its_text_announces(key: str) -> None:
    assert template(key).operating_model == key
    assert codes(template_text(key)) == set(template(key).announces)


@pytest.mark.parametrize("key", KEYS)
def test_no_template_announces_an_error(key: str) -> None:
    found = check(read(template_text(key)), surroundings(template(key)))
    assert [each.code for each in found if each.severity is Severity.ERROR] == []


@pytest.mark.parametrize("key", KEYS)
def test_a_template_says_in_both_languages_whom_it_fits(key: str) -> None:
    model = template(key)
    assert model.name is not None
    assert model.fits is not None
    assert all([model.name.ja, model.name.en])
    assert 2 <= model.fits.ja.count("。") <= 4
    assert 2 <= model.fits.en.count(". ") + 1 <= 4
    assert model.fits.ja.endswith("。")
    assert model.fits.en.endswith(".")


@pytest.mark.parametrize("key", KEYS)
def test_the_comments_of_a_template_are_in_both_languages(key: str) -> None:
    lines = [*template_text(key).splitlines(), ""]
    remarks = [(line.partition("# ")[2], below.strip()) for line, below in pairwise(lines)]
    lone = [
        remark
        for remark, below in remarks
        if remark and not remark.startswith("/ ") and " / " not in remark
        if not below.startswith("# ")
    ]
    assert lone == []
    assert sum(bool(remark) for remark, _below in remarks) >= 4


def test_cloudflare_brings_sales_to_hard_first_negotiations_alone() -> None:
    assert [
        renewed("cloudflare_like", arr=arr, first_negotiation=first)
        for arr in (20_000_000, 500_000)
        for first in ("hard", "easy")
    ] == [("csm", "", ("account_executive",)), ("csm", "", ())] * 2
    assert {each.unit for each in template("cloudflare_like").incentives} == {
        Unit.TEAM,
        Unit.COMPANY,
    }


def test_cloudflare_paid_by_the_own_book_is_refused() -> None:
    text = template_text("cloudflare_like").replace(
        "measure: grr, unit: team", "measure: renewal_rate, unit: person"
    )
    assert "individual_renewal_quota" in codes(text)


def test_at_new_relic_sales_closes_and_is_marked() -> None:
    assert renewed("new_relic_like", arr=12_000_000) == ("account_executive", "csm", ())
    marked = {(each.role, each.mark_on) for each in template("new_relic_like").incentives}
    assert {each for each in marked if each[1]} == {
        ("account_executive", "downgrade"),
        ("account_executive", "churn"),
    }


def test_client_success_pays_sales_for_new_customers() -> None:
    shares = {
        each.measure: each.share_of_pay
        for each in template("client_success_like").incentives
        if each.role == "account_executive"
    }
    assert shares == {"new_arr": 0.35, "expansion": 0.05}


def test_at_walkme_one_closes_another_prepares_and_is_paid_on_it() -> None:
    model = template("walkme_like")
    assert renewed("walkme_like", arr=12_000_000) == ("account_executive", "csm", ())
    assert {tuple(each.pay_link) for each in model.renewals.values()} == {("csm",)}
    assert model.accountable("renewal", "large") == ("account_executive",)
    assert [
        (each.measure, each.share_of_pay, each.closes)
        for each in model.incentives
        if each.role == "csm"
    ] == [("renewal_result", 0.20, False)]


def test_at_periscope_csms_answer_for_all_of_an_existing_customer() -> None:
    holders = served("periscope_like", arr=12_000_000).holders
    assert {duty: holders[duty] for duty in ("value", "adoption", "renewal", "expansion")} == (
        dict.fromkeys(("value", "adoption", "renewal", "expansion"), "csm")
    )


@pytest.mark.parametrize(("business", "expected"), [(2, True), (3, False)])
def test_periscope_holds_back_whoever_lacks_business_skill(business: int, expected: bool) -> None:
    csm = Person(handle="sato", roles={"csm": 1.0}, skills={"consulting": 4, "business": business})
    assert ("nobody_can_hold" in codes(template_text("periscope_like"), csm)) is expected


def test_at_imprivata_a_book_of_ten_leaves_the_reserve_untouched() -> None:
    model = template("imprivata_like")
    coverage, hours = model.coverage["strategic"], model.roles["strategic_csm"].hours_per_year
    asked = demand(coverage, surroundings(model))
    assert asked is not None
    assert coverage.accounts_per_person is not None
    assert hours is not None
    left = hours * (1 - reserve_of(model, "strategic_csm"))
    assert (coverage.accounts_per_person.max, asked.most, left) == (10, 45, 936)
    assert hours - left == 234
    assert [round(book * asked.most / left, 3) for book in (20, 10)] == [0.962, 0.481]


@pytest.mark.parametrize(("book", "expected"), [(10, False), (20, False), (21, True)])
def test_at_imprivata_a_book_of_twenty_one_is_too_big(book: int, expected: bool) -> None:
    text = template_text("imprivata_like").replace("{max: 10}", f"{{max: {book}}}")
    assert ("book_too_big" in codes(text)) is expected


def test_imprivata_read_otherwise_halves_the_customers_and_not_the_book() -> None:
    book = template("imprivata_other_reading").coverage["strategic"].accounts_per_person
    assert book is not None
    assert book.max == 20
    assert [served("imprivata_other_reading", rank_by_arr=rank).segment for rank in (40, 41)] == [
        "strategic",
        "scale",
    ]


def test_rd_station_divides_by_complexity_whatever_the_arr() -> None:
    assert [
        served("rd_station_like", complexity=complexity, arr=arr).mode
        for complexity in (4, 3)
        for arr in (1, 100_000_000)
    ] == [Mode.DEDICATED, Mode.DEDICATED, Mode.COE_POOL, Mode.COE_POOL]


def test_rd_station_sends_a_request_to_whoever_knows_its_topic() -> None:
    assert [
        served("rd_station_like", complexity=1, topic=topic).pool
        for topic in ("integrations", "email_automation", "reporting", "invoices")
    ] == ["integrations", "email_automation", "reporting", "general"]


def test_the_pool_leads_to_strategic_work() -> None:
    model = template("strategic_and_pool")
    assert model.roles["pool_csm"].leads_to == "strategic_csm"
    assert [served("strategic_and_pool", arr=arr).pool for arr in (6_000_000, 5_999_999)] == [
        "",
        "general",
    ]


def test_a_centre_holds_the_industry_it_knows() -> None:
    found = [served("healthcare_centre", industry=each) for each in ("介護", "銀行", "教育")]
    pools = ["healthcare_centre", "finance_centre", "general"]
    assert [each.pool for each in found] == pools
    assert [each.holders["adoption"] for each in found] == pools


def test_a_pool_without_one_source_of_truth_is_stopped() -> None:
    text = template_text("strategic_and_pool").replace(
        "single_source_of_truth: true", "single_source_of_truth: false"
    )
    assert "pool_without_precondition" in codes(text)


@pytest.mark.parametrize(
    ("key", "cuts"),
    [
        ("account_cut", {Cut.ACCOUNT}),
        ("phase_cut", {Cut.PHASE}),
        ("function_cut", {Cut.FUNCTION}),
        ("liaison_cut", {Cut.INTERNAL}),
        ("account_then_phase", {Cut.ACCOUNT, Cut.PHASE, Cut.INTERNAL}),
        ("phase_by_function", set()),
    ],
)
def test_teams_are_cut_as_the_name_says(key: str, cuts: set[Cut]) -> None:
    assert {team.cut for _path, team in template(key).teams_in_order() if team.cut} == cuts


def test_phases_have_holders_of_their_own() -> None:
    model = template("phase_cut")
    phases = [each.key for each in model.phases]
    assert [model.accountable("adoption", "mid", phase) for phase in phases] == [
        ("onboarding_csm",),
        ("adoption_csm",),
        ("adoption_csm",),
    ]


def test_phases_under_high_touch_are_warned_of() -> None:
    text = template_text("phase_cut").replace("mode: assigned", "mode: dedicated")
    assert "phases_under_high_touch" in codes(text)


def test_a_liaison_without_a_sponsor_is_warned_of() -> None:
    text = template_text("liaison_cut").replace(", sponsor: cpo", "")
    assert "liaison_without_sponsor" in codes(text)


def test_in_a_matrix_everybody_holds_a_function_and_a_phase() -> None:
    matrix = template("phase_by_function").matrix
    assert matrix is not None
    assert {row for row, _column in matrix.cells.values()} == set(matrix.rows.functions)
    assert {column for _row, column in matrix.cells.values()} == set(matrix.columns.phases)
