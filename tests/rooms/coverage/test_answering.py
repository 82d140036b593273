"""The panel on an account's page: who answers by the model, by which rule, what is otherwise."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from banso.rooms.coverage.models import VersionState
from banso.rooms.coverage.panels import ByTheModel
from banso.rooms.coverage.queries.answering import Answers, Renewed, answers
from banso.rooms.customers.models import Account, Duty, FactType
from banso.rooms.identity.models import User
from banso.rooms.people.models import JobRole, TeamKind
from tests.factories.coverage import SOUND, make_version
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.pages import browser, visit
from tests.factories.people import make_member, make_team
from tests.factories.when import TODAY
from tests.rooms.coverage.test_duties import CENTRES, PHASED
from tests.rooms.coverage.test_organisation import applied

pytestmark = pytest.mark.django_db

SINCE = date(2026, 4, 1)
REST = SOUND.replace("smb: general}}\n  renewal", "'*': general}}\n  renewal")


@pytest.fixture(autouse=True)
def facts() -> None:
    make_fact("arr", FactType.MONEY)
    make_fact("term_end_on", FactType.DAY)


def customer(arr: int | None = 9_000_000, **given: object) -> Account:
    made = make_account(facts={"arr": arr}, **given)
    return Account.objects.select_related("facts").get(pk=made.pk)


def told(account: Account) -> Answers:
    found = answers(account, on=TODAY)
    assert found is not None
    return found


def test_without_a_model_in_force_nothing_is_told(operations: User) -> None:
    make_version(by=operations, state=VersionState.APPROVED, reviewed_by=operations)
    assert answers(customer(), on=TODAY) is None


def test_the_segment_is_told_with_the_rule_that_takes_the_customer(operations: User) -> None:
    applied(operations)
    large, small = told(customer(6_000_000)), told(customer(5_999_999))
    assert (large.segment, large.because, large.mode) == (
        "Enterprise", "arr is at least ¥6,000,000", "Dedicated (1:1)",
    )  # fmt: skip
    assert (small.segment, small.because) == ("SMB", "no segment before it takes this customer")


def test_each_duty_says_where_in_the_document_its_holder_is_named(operations: User) -> None:
    applied(operations)
    assert [(each.duty, each.stated, each.because) for each in told(customer()).duties] == [
        ("Adoption", "CSM", "so for Enterprise"),
        ("Renewal", "Account manager", "so for Enterprise"),
        ("Expansion", "Account manager", "so for every customer"),
    ]


def test_what_is_dealt_to_the_rest_is_told_as_such(operations: User) -> None:
    applied(operations, REST)
    found = told(customer(100)).duties[0]
    assert (found.stated, found.because) == ("General pool", "so for all segments not named")


@pytest.mark.parametrize(
    ("accountable", "because"),
    [
        ("{enterprise: {grown: csm}, smb: general}", "so for Enterprise during grown"),
        ("{enterprise: {onboarding: pool_csm, '*': csm}, smb: general}", "so for Enterprise"),
        ("{'*': {grown: csm, '*': pool_csm}}", "so for every segment during grown"),
        ("{'*': csm}", "so for every customer"),
    ],
)  # fmt: skip
def test_the_phase_decides_where_the_document_says_so(
    operations: User, accountable: str, because: str
) -> None:
    stated = "{enterprise: {onboarding: pool_csm, '*': csm}, smb: general}"
    applied(operations, PHASED.replace(stated, accountable))
    found = told(customer())
    assert (found.phase, found.phase_because) == ("grown", "arr is at least ¥9,000,000")
    assert (found.duties[0].stated, found.duties[0].because) == ("CSM", because)
    early = told(customer(6_000_000))
    assert (early.phase, early.phase_because) == ("Onboarding", "it has entered no later phase")


def test_a_duty_held_otherwise_is_told_with_its_holder(operations: User) -> None:
    applied(operations)
    account = customer()
    csm = make_member(name="佐藤", job_role=JobRole.CSM)
    make_holding(account, by=csm, duty=Duty.ADOPTION, from_on=SINCE)
    make_holding(account, by=csm, duty=Duty.RENEWAL, from_on=SINCE)
    found = told(account)
    assert [(each.holder, each.role, each.since, each.is_as_stated) for each in found.duties] == [
        ("佐藤", "CSM", SINCE, True),
        ("佐藤", "CSM", SINCE, False),
        ("", "", None, False),
    ]
    assert found.otherwise == 2


@pytest.mark.parametrize(
    ("given", "is_as_stated"),
    [
        ({"left_on": TODAY}, True),
        ({"left_on": TODAY - timedelta(days=1)}, False),
        ({"joined_on": TODAY}, True),
        ({"joined_on": TODAY + timedelta(days=1)}, False),
    ],
)
def test_who_is_not_with_us_holds_nothing_as_stated(
    operations: User, given: dict[str, date], is_as_stated: bool
) -> None:
    applied(operations)
    account = customer()
    make_holding(account, by=make_member(**given), duty=Duty.ADOPTION)
    assert told(account).duties[0].is_as_stated is is_as_stated


def test_a_post_of_the_document_stands_before_the_job(operations: User) -> None:
    applied(operations, SOUND + "posts: [{member: sato, role: account_manager}]\n")
    account = customer()
    sato = make_member(handle="sato", job_role=JobRole.CSM)
    for duty in (Duty.ADOPTION, Duty.EXPANSION):
        make_holding(account, by=sato, duty=duty)
    assert [each.is_as_stated for each in told(account).duties] == [False, False, True]


def test_a_centre_stands_for_the_pool_of_its_segment(operations: User) -> None:
    applied(operations, CENTRES)
    pools = {key: make_team(key, kind=TeamKind.POOL, key=key) for key in ("rest", "money")}
    ours, others = make_team("成功"), make_team("ほか")
    bank, shop = customer(industry="金融"), customer(industry="小売")
    make_holding(bank, by=pools["money"], duty=Duty.ADOPTION)
    make_holding(bank, by=ours, duty=Duty.RENEWAL)
    make_holding(shop, by=pools["money"], duty=Duty.ADOPTION)
    make_holding(shop, by=others, duty=Duty.RENEWAL)
    assert [(each.stated, each.is_as_stated) for each in told(bank).duties] == [
        ("money", True),
        ("Success", True),
    ]
    assert [(each.stated, each.is_as_stated) for each in told(shop).duties] == [
        ("rest", False),
        ("Success", False),
    ]
    assert told(bank).renewed is None


def test_a_duty_that_the_document_deals_to_nobody_is_held_by_nobody_as_stated(
    operations: User,
) -> None:
    applied(operations, SOUND.replace("smb: general}}\n  renewal", "other: general}}\n  renewal"))
    account = customer(100)
    make_holding(account, by=make_team("x"), duty=Duty.ADOPTION)
    found = told(account).duties[0]
    assert (found.stated, found.is_as_stated) == ("", False)


def test_the_renewal_has_closer_preparer_and_who_joins_by_an_exception(operations: User) -> None:
    applied(operations)
    assert told(customer()).renewed == Renewed("Account manager", "CSM", "", "180 days", "")
    assert told(customer(industry="金融")).renewed == Renewed(
        "Account manager", "CSM", "CSM", "180 days", "Industry is “金融”"
    )
    assert told(customer(100)).renewed == Renewed("General pool", "", "", "90 days", "")


def test_an_exception_can_name_another_closer(operations: User) -> None:
    applied(operations, SOUND.replace("also: csm", "closer: csm"))
    found = told(customer(industry="金融")).renewed
    assert found == Renewed("CSM", "CSM", "", "180 days", "Industry is “金融”")


def test_whom_no_segment_takes_is_told_so(operations: User, executive: User) -> None:
    applied(operations, SOUND.replace("when: always", "when: 'arr >= 100'"))
    account = customer(99)
    assert (told(account).segment, told(account).duties) == ("", [])
    said = "No segment of the model in force takes this customer."
    assert said in visit(browser(executive), f"/accounts/{account.pk}/").text


def test_who_pays_nothing_any_more_is_no_customer(operations: User) -> None:
    applied(operations)
    gone = customer(0)
    assert told(gone).segment == "SMB"  # nobody pays: no revenue was brought in yet
    customer()
    assert answers(gone, on=TODAY) is None
    ahead = make_account(facts={"term_end_on": TODAY})
    assert told(Account.objects.get(pk=ahead.pk)).segment == "SMB"


def test_a_model_that_speaks_of_what_is_gone_tells_nothing(operations: User) -> None:
    applied(operations, SOUND.replace("arr >= 6_000_000", "gone >= 6"))
    assert answers(customer(), on=TODAY) is None


def test_a_rule_over_the_past_asks_for_the_past(
    operations: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_fact("grade", FactType.INTEGER, history=True)
    grown = "arr >= 6_000_000 or change(grade, 30d) >= 5 or entered(grade, 5d)"
    applied(operations, SOUND.replace('"arr >= 6_000_000"', f'"{grown}"'))
    account = customer(100)
    with django_assert_num_queries(4):
        assert told(account).segment == "SMB"


def test_the_panel_asks_three_questions(
    sakura: User, operations: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    applied(operations)
    account = customer()
    with django_assert_num_queries(3):
        ByTheModel().context(account, viewer=sakura, on=TODAY)


def test_without_a_model_the_panel_asks_one_question(
    sakura: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    account = customer()
    with django_assert_num_queries(1):
        ByTheModel().context(account, viewer=sakura, on=TODAY)


def test_the_page_tells_what_the_model_says_and_what_is_otherwise(operations: User) -> None:
    applied(operations)
    account = customer()
    csm = make_member(name="佐藤", job_role=JobRole.CSM)
    for duty in (Duty.ADOPTION, Duty.RENEWAL):
        make_holding(account, by=csm, duty=duty, from_on=SINCE)
    team = make_team("営業")
    make_holding(account, by=team, duty=Duty.EXPANSION, from_on=SINCE)
    page = visit(browser(operations), f"/accounts/{account.pk}/")
    section = page.texts("section", id="panel-by-the-model")[0]
    assert "2 duties are held otherwise" in section
    assert "Enterprise Dedicated (1:1)because arr is at least ¥6,000,000" in section
    assert "held otherwise by 佐藤 (CSM) since" in section
    assert "held otherwise by 営業 since" in section
    assert "begins 180 days before the term ends" in section


def test_the_page_says_when_all_is_as_the_model_says(operations: User) -> None:
    applied(operations)
    account = customer()
    csm, manager = make_member(), make_member(job_role=JobRole.ACCOUNT_MANAGER)
    for duty, holder in ((Duty.ADOPTION, csm), (Duty.RENEWAL, manager), (Duty.EXPANSION, manager)):
        make_holding(account, by=holder, duty=duty)
    text = visit(browser(operations), f"/accounts/{account.pk}/").text
    assert "Every duty is held as the model says" in text
    assert told(account).otherwise == 0
