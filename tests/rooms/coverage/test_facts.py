"""Facts of coverage: mode and touch level under the model in force."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.timezone import localdate  # noqa: TID251  jobs ask the real day

from banso.kit import jobs
from banso.rooms.coverage.facts import Served
from banso.rooms.coverage.models import Application, VersionState
from banso.rooms.coverage.points import MODEL_APPLIED, MODEL_TAKEN_BACK
from banso.rooms.customers.actions.facts import refresh_facts
from banso.rooms.customers.models import Account, FactDefinition, FactType
from banso.rooms.customers.queries.rules import rule_language
from banso.rooms.customers.queries.wording import Speaker
from banso.rooms.identity.models import User
from banso.rooms.journal.actions import record
from tests.factories.coverage import SOUND, make_version
from tests.factories.customers import make_account, make_fact
from tests.factories.pages import browser, visit
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def customers() -> None:
    make_fact("arr", FactType.MONEY)  # the company's own here, so that no refresh empties it
    make_account(external_id="large", name="大口", facts={"arr": 9_000_000})
    make_account(external_id="small", name="小口", facts={"arr": 1})
    make_account(external_id="gone", name="解約", facts={"arr": 0})


def applied(by: User, text: str = SOUND) -> Application:
    version = make_version(by=by, text=text, state=VersionState.APPROVED, reviewed_by=by)
    return Application.objects.create(
        version=version, on=TODAY, applied_by=by, applied_at=NOON, moves=0, accounts=0, kept=0
    )


def told() -> dict[str, tuple[str, str]]:
    names = dict(Account.objects.values_list("pk", "external_id"))
    return {
        names[pk]: (values["coverage_mode"], values["touch_level"])
        for pk, values in Served().values(on=TODAY)
    }


def kept(key: str) -> list[str | None]:
    slot = FactDefinition.objects.get(key=key).slot
    return list(Account.objects.order_by("pk").values_list(f"facts__{slot}", flat=True))


def test_each_customer_has_the_mode_and_touch_of_its_segment(operations: User) -> None:
    applied(operations)
    assert told() == {"large": ("dedicated", "high"), "small": ("pooled", "low")}


def test_nothing_is_said_without_a_model_or_where_a_rule_asks_what_is_gone(
    operations: User,
) -> None:
    assert told() == {}
    applied(operations, SOUND.replace("arr >= 6_000_000", "plan == 'pro'"))
    assert told() == {}


def test_a_customer_of_no_segment_has_none(operations: User) -> None:
    applied(operations, SOUND.replace("when: always", 'when: "arr >= 100"'))
    assert told() == {"large": ("dedicated", "high")}


def test_they_are_asked_for_in_the_same_number_of_queries_however_many(operations: User) -> None:
    applied(operations)
    with CaptureQueriesContext(connection) as few:
        told()
    for number in range(3):
        make_account(facts={"arr": number + 1})
    with CaptureQueriesContext(connection) as many:
        told()
    assert len(few) == len(many)


def test_the_facts_follow_a_model_that_is_applied_and_taken_back(operations: User) -> None:
    application = applied(operations)
    record(MODEL_APPLIED, by=operations, at=NOON, name="", moves=0, number=0)
    jobs.work_off()
    assert kept("coverage_mode") == ["dedicated", "pooled", None]
    Application.objects.filter(pk=application.pk).update(
        taken_back_by=operations, taken_back_at=NOON
    )
    record(MODEL_TAKEN_BACK, by=operations, at=NOON, name="", kept=0)
    jobs.work_off()
    assert kept("coverage_mode") == [None, None, None]


def test_lists_rules_and_words_know_them(operations: User) -> None:
    applied(operations)
    refresh_facts(on=localdate(), at=NOON)
    page = visit(
        browser(operations), "/accounts/", cols=["f.coverage_mode", "f.touch_level"],
        rule="touch_level == 'low'",
    )  # fmt: skip
    assert page.rows == [
        ["Account", "Coverage mode", "Touch level"],
        ["小口", "Pooled", "Low touch"],
    ]
    with translation.override("en"):  # the page left the reader's language behind
        said = Speaker(rule_language()).rule("coverage_mode == 'coe_pool'")
    assert said == "Coverage mode is “Centre-of-excellence pool”"
    assert visit(browser(operations), "/accounts/facts/touch_level/").rows[1:] == [
        ["High touch", "1"],
        ["Low touch", "1"],
    ]
