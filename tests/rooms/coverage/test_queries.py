from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from banso.engines import operating as engine
from banso.engines.operating.reading import read
from banso.engines.operating.surroundings import Load
from banso.rooms.coverage.models import VersionState
from banso.rooms.coverage.queries.advice import ADVICE
from banso.rooms.coverage.queries.checking import checked, checked_alone, in_segments
from banso.rooms.coverage.queries.said import SAID
from banso.rooms.coverage.queries.sentences import Reader
from banso.rooms.coverage.queries.versions import difference, in_force, standing, versions
from banso.rooms.coverage.queries.wording import all_told
from banso.rooms.customers.models import Account, FactType
from banso.rooms.customers.queries.rules import rule_language
from banso.rooms.identity.models import User
from banso.rooms.people.models import JobRole
from tests.factories.coverage import SOUND, make_version
from tests.factories.customers import make_account, make_fact
from tests.factories.people import make_member
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def customers() -> None:
    """Two large ones and one small, by ARR."""
    make_fact("arr", FactType.MONEY)
    for number, arr in enumerate((9_000_000, 6_000_000, 100)):
        make_account(external_id=f"c{number}", facts={"arr": arr})


def model(text: str = SOUND):  # type: ignore[no-untyped-def]
    found = read(text).model
    assert found is not None
    return found


def codes(text: str) -> set[str]:
    return {each.code for each in checked(text, on=TODAY).findings}


def test_todays_customers_are_counted_in_each_segment(customers: None) -> None:
    assert in_segments(model(), rule_language(), on=TODAY) == {
        "enterprise": Load(accounts=2, arr_minor=15_000_000),
        "smb": Load(accounts=1, arr_minor=100),
    }


def test_nobody_is_counted_where_a_rule_means_nothing(customers: None) -> None:
    spoilt = model(SOUND.replace("arr >=", "ar >="))
    assert in_segments(spoilt, rule_language(), on=TODAY) == {}


def test_a_document_is_checked_with_the_companys_people(customers: None) -> None:
    make_member(handle="sato", job_role=JobRole.CSM)
    make_member(handle="mori", job_role=JobRole.POOL_CSM, weekly_minutes=1200)
    found = codes(SOUND)
    assert {"pool_of_one", "nobody_in_role"} <= found
    for number in range(3):
        make_member(handle=f"p{number}", job_role=JobRole.POOL_CSM)
    make_member(handle="am", job_role=JobRole.ACCOUNT_MANAGER)
    assert codes(SOUND) & {"pool_of_one", "pool_too_small", "nobody_in_role"} == set()


def test_more_customers_than_hours_are_found(customers: None) -> None:
    make_member(handle="sato", job_role=JobRole.CSM)
    heavy = SOUND.replace("cadence: {meeting: 30d}", "hours_per_account: 600")
    assert "capacity_short" in codes(heavy.replace("{max: 12}", "{max: 1}"))


def test_alone_a_document_brings_its_own_attributes() -> None:
    text = SOUND.replace("segments:", "facts: {complexity: integer}\nsegments:", 1)
    text = text.replace("arr >= 6_000_000", "complexity >= 4 or arr >= 6_000_000")
    assert [each.code for each in checked_alone(text, on=TODAY).findings] == []
    assert "fact_not_defined" in codes(text)


def test_every_finding_has_words_in_both_languages() -> None:
    """What the engine can say is what the room has words for."""
    folder = Path(str(engine.__file__)).parent
    text = "\n".join(path.read_text() for path in folder.rglob("*.py"))
    coded = set(re.findall(r'(?:error|warning|notice|ask)\(\s*"([a-z_]+)"', text))
    coded |= set(re.findall(r'code = "([a-z_]+)" if \w+ else "[a-z_]+"', text))
    coded |= set(re.findall(r'code = "[a-z_]+" if \w+ else "([a-z_]+)"', text))
    assert coded - SAID.keys() == set()
    assert ADVICE.keys() - SAID.keys() == set()


def test_findings_are_told_with_the_gravest_first() -> None:
    text = SOUND.replace("    funded_by: cogs\n", "").replace("closer: general", "closer: nobody")
    told = all_told(checked(text, on=TODAY).findings)
    assert [
        (each.severity, each.place) for each in told if each.finding.code == "unknown_name"
    ] == [("Error", "renewals.smb.closer")]
    text = SOUND.replace("arr >= 6_000_000", "ar >= 6_000_000")
    make_fact("arr", FactType.MONEY)
    (told_rule,) = all_told(checked(text, on=TODAY).findings)
    assert told_rule.sentence == "This rule can't be understood. There is no fact called “ar”."
    assert told_rule.finding.offers[0] == "arr"


def test_a_model_is_read_aloud(customers: None) -> None:
    spoken = rule_language()
    large, small = Reader(model(), spoken, in_segments(model(), spoken, on=TODAY)).segments()
    assert (large.name, large.mode, large.touch, large.held) == (
        "Enterprise",
        "Dedicated (1:1)",
        "High touch",
        Load(accounts=2, arr_minor=15_000_000),
    )
    assert large.served == [
        "Each customer has one CSM of its own.",
        "One person holds at most 12 customers.",
        "Meeting: every 30 days.",
        "Paid from sales and marketing, for the expansion it brings.",
    ]
    assert large.renewing == [
        "Account manager closes the renewal, beginning 180 days before the term ends.",
        "CSM prepares it.",
        "Where Industry is “金融”, CSM joins.",
    ]
    assert [(each.duty, each.holders) for each in small.answering] == [
        ("Adoption", [("", "General pool")]),
        ("Renewal", [("", "General pool")]),
        ("Expansion", [("", "Account manager")]),
    ]
    assert "The first response comes within 8 working hours for 90% of requests." in small.served


def test_a_model_is_read_aloud_in_japanese(customers: None) -> None:
    with translation.override("ja"):
        _large, small = Reader(model(), rule_language(), {}).segments()
    assert small.renewing == ["更新は一般プールが締結し、満了日の90日前に始めます。"]
    assert small.held is None


def test_two_models_are_compared_for_todays_customers(customers: None) -> None:
    after = model(
        SOUND.replace("arr >= 6_000_000", "arr >= 9_000_000").replace(
            "expansion: {accountable: account_manager}", "expansion: {accountable: csm}"
        )
    )
    found = difference(model(), after, on=TODAY)
    assert [(each.before, each.after, each.held) for each in found.moved] == [
        ("enterprise", "smb", Load(accounts=1, arr_minor=6_000_000))
    ]
    assert [
        (each.duty, each.segment, each.giver, each.receiver, each.held.accounts)
        for each in found.passing
    ] == [
        ("expansion", "enterprise", "account_manager", "csm", 1),
        ("adoption", "smb", "csm", "general", 1),
        ("renewal", "smb", "account_manager", "general", 1),
        ("expansion", "smb", "account_manager", "csm", 1),
        ("expansion", "smb", "account_manager", "csm", 1),
    ]
    assert [each.path for each in found.changes] == [
        ("segments", "enterprise", "when"),
        ("duties", "expansion", "accountable"),
    ]
    assert difference(model(), model(), on=TODAY).passing == []


def test_the_approved_version_of_the_latest_day_stands(operations: User, executive: User) -> None:
    review = {"proposed_by": operations, "reviewed_by": executive, "state": VersionState.APPROVED}
    make_version(by=operations, effective_on=TODAY.replace(year=2027), **review)
    older = make_version(by=operations, effective_on=TODAY, **review)
    draft = make_version(by=operations, effective_on=None)
    make_version(by=operations, state=VersionState.DROPPED)
    found = standing(operations, in_force())
    assert found is not None
    assert found.effective_on == TODAY.replace(year=2027)
    assert list(versions(executive).values_list("pk", flat=True)) == [
        draft.pk,
        older.pk,
        older.pk - 1,
    ]


def test_nobody_else_hears_of_a_version(
    operations: User, sakura: User, ken: User, acme: Account
) -> None:
    make_version(by=operations)
    assert [versions(viewer).count() for viewer in (operations, sakura, ken)] == [1, 0, 0]
