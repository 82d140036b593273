"""Who does what: the document beside the ledger, and every figure with its rows."""

from __future__ import annotations

import pytest
from django.utils.timezone import localdate  # noqa: TID251  the page's own clock
from pytest_django import DjangoAssertNumQueries

from banso.rooms.coverage.models import ModelVersion, VersionState
from banso.rooms.coverage.queries.duties import AS_STATED, NOBODY, OTHER, Keeping, Seen, keeping
from banso.rooms.coverage.queries.sentences import Reader
from banso.rooms.coverage.queries.versions import applied_model, in_force
from banso.rooms.customers.models import Account, Duty, FactType
from banso.rooms.identity.models import User
from banso.rooms.people.models import JobRole, Member, TeamKind
from tests.factories.coverage import SOUND, make_version
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.pages import browser, visit
from tests.factories.people import make_member, make_team
from tests.rooms.coverage.test_organisation import applied, held

pytestmark = pytest.mark.django_db

PAGE = "/model/duties/"
ROWS = "/model/customers/"
PHASES = "phases: [{key: onboarding}, {key: grown, enter: 'arr >= 9_000_000'}]\n"
PHASED = PHASES + SOUND.replace(
    "adoption: {accountable: {enterprise: csm, smb: general}}",
    "adoption: {accountable: {enterprise: {onboarding: pool_csm, '*': csm}, smb: general}, "
    "responsible: [csm], consulted: [cs], informed: [account_manager]}",
)
CENTRES = """
operating_model: centres
segments: [{key: every, when: always}]
roles: {pool_csm: {}}
coverage: {every: {mode: coe_pool, by: industry, pool: rest}}
pools:
  rest: {members: {role: pool_csm}}
  money: {members: {role: pool_csm}, centre_of_excellence: {by: industry, is: [金融]}}
teams: [{key: cs, name: {ja: 成功, en: Success}}]
duties: {adoption: {accountable: rest}, renewal: {accountable: cs}}
"""


@pytest.fixture(autouse=True)
def arr() -> None:
    make_fact("arr", FactType.MONEY)


def kept(viewer: User) -> Keeping:
    found = applied_model(in_force())
    assert found is not None
    seen = Seen(viewer, found, on=localdate())
    return keeping(seen, Reader(found.model, found.spoken, {}))


def counts(viewer: User) -> dict[tuple[str, str], list[int]]:
    """By duty and segment: as stated, by somebody else, by nobody."""
    return {
        (row.duty, row.segment): [number for _state, number in row.numbers]
        for row in kept(viewer).rows
    }


def member(job: JobRole) -> Member:
    return make_member(job_role=job)


def test_a_duty_is_held_as_stated_by_somebody_else_or_by_nobody(operations: User) -> None:
    applied(operations)
    csm, manager = member(JobRole.CSM), member(JobRole.ACCOUNT_MANAGER)
    for number, holder in enumerate((csm, csm, manager)):
        made = make_account(external_id=f"c{number}", facts={"arr": 9_000_000})
        make_holding(made, by=holder, duty=Duty.ADOPTION)
    make_account(external_id="c9", facts={"arr": 9_000_000})
    found = kept(operations)
    assert counts(operations) == {
        ("adoption", "enterprise"): [2, 1, 1],
        ("renewal", "enterprise"): [0, 0, 4],
        ("expansion", "enterprise"): [0, 0, 4],
    }
    assert (found.duties, dict(found.numbers)) == (12, {AS_STATED: 2, OTHER: 1, NOBODY: 9})
    assert found.share == 2 / 12
    page = visit(browser(operations), PAGE)
    assert page.heading == "16.7% of all duties are held by whom the model names"
    assert ["Enterprise", "CSM", "2", "1", "1"] in page.rows


def test_each_count_opens_to_as_many_rows(operations: User) -> None:
    applied(operations)
    csm, manager = member(JobRole.CSM), member(JobRole.ACCOUNT_MANAGER)
    held("c1", 9_000_000, csm, csm, manager)
    held("c2", 7_000_000, csm, manager, csm)
    held("c3", 100, csm, csm, csm)
    client = browser(operations)
    links = [each for each in visit(client, PAGE).attributes("a", "href") if each.startswith(ROWS)]
    opened = [len(visit(client, link).rows) - 1 for link in links]
    told = [number for row in kept(operations).rows for _state, number in row.numbers if number]
    assert (len(links), opened) == (len(told), told)
    page = visit(client, f"{ROWS}?segment=enterprise&duty=adoption&state=other")
    assert page.heading == "Adoption in Enterprise: By somebody else (1)"
    assert [row[0] for row in page.rows[1:]] == [_name("c2")]


def _name(external_id: str) -> str:
    return Account.objects.get(external_id=external_id).name


def test_who_has_left_holds_nothing_as_stated(operations: User) -> None:
    applied(operations)
    left = make_member(job_role=JobRole.CSM, left_on=localdate().replace(year=2020))
    make_holding(make_account(facts={"arr": 9_000_000}), by=left, duty=Duty.ADOPTION)
    assert counts(operations)["adoption", "enterprise"] == [0, 1, 0]


def test_pools_teams_and_centres_hold_as_one(operations: User) -> None:
    applied(operations, CENTRES)
    rest, money = (make_team(key, kind=TeamKind.POOL, key=key) for key in ("rest", "money"))
    ours = make_team("成功")
    for number, (industry, pool) in enumerate(
        (("金融", money), ("金融", rest), ("小売", rest), ("小売", money))
    ):
        made = make_account(external_id=f"c{number}", industry=industry, facts={"arr": 1})
        make_holding(made, by=pool, duty=Duty.ADOPTION)
        make_holding(made, by=ours if number else rest, duty=Duty.RENEWAL)
    assert counts(operations) == {("adoption", "every"): [2, 2, 0], ("renewal", "every"): [3, 1, 0]}


def test_who_answers_is_told_phase_by_phase_where_it_differs(operations: User) -> None:
    applied(operations, PHASED)
    pool_csm, csm = member(JobRole.POOL_CSM), member(JobRole.CSM)
    for number, (arr, holder) in enumerate(((6_000_000, pool_csm), (9_000_000, csm))):
        made = make_account(external_id=f"c{number}", facts={"arr": arr})
        make_holding(made, by=holder, duty=Duty.ADOPTION)
    assert counts(operations)["adoption", "enterprise"] == [2, 0, 0]
    rows = visit(browser(operations), PAGE).rows
    said = "does the work: CSM is asked: Customer success is told: Account manager"
    assert rows[:2] == [
        ["Duty", "Enterprise", "SMB", "Others with a part in it"],
        ["Adoption", "Onboarding: Pool CSMgrown: CSM", "General pool", said],
    ]
    assert ["Enterprise", "Pool CSM, CSM", "2", "0", "0"] in rows


def test_who_renews_is_told_with_pay_and_exceptions(operations: User) -> None:
    applied(operations, SOUND.replace("starts: 180d\n", "starts: 180d\n    pay_link: [csm]\n"))
    rows = visit(browser(operations), PAGE).rows
    enterprise = next(row for row in rows if row[:2] == ["Enterprise", "Account manager"])
    assert enterprise[2:4] == ["CSM", "CSM"]
    assert "Where Industry is “金融”, CSM joins." in enterprise[4]
    assert ["SMB", "General pool", "–", "–"] in [row[:4] for row in rows]


def test_counts_are_over_what_the_viewer_may_see(sakura: User, mia: User, operations: User) -> None:
    applied(operations)
    make_holding(
        make_account(external_id="hers", facts={"arr": 9_000_000}),
        by=Member.objects.get(user=mia),
        duty=Duty.ADOPTION,
    )
    assert counts(operations)["adoption", "enterprise"] == [1, 0, 0]
    assert counts(mia)["adoption", "enterprise"] == [1, 0, 0]
    assert "acme" not in str(counts(mia))
    assert counts(sakura) == {}
    page = visit(browser(sakura), PAGE)
    assert page.heading == "Who does what"
    assert "You see no customer whom the model is about." in page.text
    behind = visit(browser(sakura), f"{ROWS}?segment=enterprise&duty=adoption&state=stated")
    assert behind.rows == []
    assert "No account is behind this figure" in behind.text


def test_customers_whom_no_segment_takes_are_told(operations: User) -> None:
    applied(operations, SOUND.replace("when: always", "when: 'arr >= 100'"))
    for number, arr in enumerate((50, 100)):
        make_account(external_id=f"c{number}", facts={"arr": arr})
    assert kept(operations).outside == 1
    assert "1 customer falls into no segment." in visit(browser(operations), PAGE).text


@pytest.mark.parametrize(
    "asked",
    [
        "segment=none",
        "segment=smb&duty=none&state=other",
        "segment=smb&duty=adoption&state=none",
        "segment=smb&duty=adoption",
        "segment=smb&state=other",
        "",
    ],
)
def test_there_are_no_rows_behind_what_no_page_tells(operations: User, asked: str) -> None:
    applied(operations)
    assert browser(operations).get(f"{ROWS}?{asked}").status_code == 404


def test_without_a_model_the_pages_lead_to_the_model(sakura: User, operations: User) -> None:
    make_version(by=operations, state=VersionState.APPROVED, reviewed_by=operations)
    for address, heading in ((PAGE, "Who does what"), ("/model/coverage/", "Coverage")):
        for user in (sakura, operations):
            page = visit(browser(user), address)
            assert page.heading == heading
            assert "No model is in force yet" in page.text
            assert "Two ways" not in page.text
            assert page.texts("a", href="/model/", **{"class": "btn"}) == ["Open the model"]
    assert browser(operations).get(f"{ROWS}?segment=smb").status_code == 404


def test_a_model_that_speaks_of_what_is_gone_is_not_misread(operations: User) -> None:
    applied(operations, SOUND.replace("arr >= 6_000_000", "gone >= 6"))
    page = visit(browser(operations), PAGE)
    assert "The model in force can't be understood any more" in page.text
    assert "The model in force can't" in visit(browser(operations), "/model/coverage/").text


def test_the_version_is_named_in_the_readers_language(operations: User) -> None:
    version: ModelVersion = applied(operations)
    assert version.name_ja in visit(browser(operations, language="ja"), PAGE).text


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [(PAGE, 11), ("/model/coverage/", 13), (f"{ROWS}?segment=enterprise", 13)],
)
def test_the_pages_ask_the_same_number_of_questions(
    operations: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
    address: str,
    queries: int,
) -> None:
    applied(operations)
    for at in range(number):
        held(f"c{at}", 9_000_000, member(JobRole.CSM), member(JobRole.CSM))
    client = browser(operations)
    with django_assert_num_queries(queries):
        client.get(address)
