"""People for the accounts of `bench/house`, and the operating model they work by."""

from __future__ import annotations

MODEL = """
operating_model: bench
name: {ja: 全顧客に担当者, en: A person for everybody}
effective_on: 2026-04-01
segments:
  - {key: large, when: "arr >= 2_500_000"}
  - {key: rest, when: always}
roles:
  csm: {reports_to: cs, hours_per_year: 1170}
coverage:
  large:
    mode: dedicated
    role: csm
    accounts_per_person: {max: 400}
    cadence: {meeting: 30d}
    funded_by: {s_and_m: expansion}
  rest:
    mode: dedicated
    role: csm
    accounts_per_person: {max: 400}
    cadence: {meeting: 90d}
    funded_by: {s_and_m: expansion}
teams:
  - {key: cs}
duties:
  value: {accountable: csm}
  adoption: {accountable: csm}
  renewal: {accountable: csm}
  expansion: {accountable: csm}
renewals:
  large: {closer: csm, starts: 90d}
  rest: {closer: csm, starts: 90d}
"""


def employ(members: int, *, first: int) -> None:
    """Put MODEL in force, unless a bench before did, for so many people in the house's teams, who
    share its accounts; the first of them has as many as stated.
    """
    from django.db import connection  # noqa: PLC0415  after set-up
    from django.utils.timezone import localdate, now  # noqa: PLC0415  after set-up

    from banso.rooms.coverage.actions.applying import adopt_model  # noqa: PLC0415  after set-up
    from banso.rooms.coverage.actions.versions import accept_model  # noqa: PLC0415  after set-up
    from banso.rooms.coverage.models import Application  # noqa: PLC0415  after set-up
    from banso.rooms.customers.models import StandardMinutes  # noqa: PLC0415  after set-up
    from banso.rooms.identity.actions import system_user  # noqa: PLC0415  after set-up
    from banso.rooms.people.models import JobRole, Member  # noqa: PLC0415  after set-up

    at, on = now(), localdate()
    by = system_user(at=at)
    if not Application.objects.exists():
        version = accept_model(MODEL, by=by, at=at, on=on)
        adopt_model(version, on=on, by=by, at=at)

    there = list(Member.objects.filter(job_role=JobRole.CSM).order_by("pk"))
    Member.objects.bulk_create(
        Member(
            handle=f"m{at}",
            name=f"担当 {at}",
            team_id=there[at % len(there)].team_id,
            job_role=JobRole.CSM,
        )
        for at in range(len(there), members)
    )
    people = list(Member.objects.filter(job_role=JobRole.CSM).order_by("pk"))
    whens = " ".join(f"WHEN {at} THEN {each.pk}" for at, each in enumerate(people[1:]))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE customers_holding SET member_id = CASE WHEN account_id <= {first} THEN "
            f"{people[0].pk} ELSE CASE account_id % {len(people) - 1} {whens} END END"
        )
    StandardMinutes.objects.update_or_create(activity="meeting", defaults={"minutes": 10})
