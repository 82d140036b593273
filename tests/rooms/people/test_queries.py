"""Members in order, on a day, by what they are called."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from banso.rooms.identity.models import AccessRole, User
from banso.rooms.people import queries
from banso.rooms.people.models import JobRole, Member
from tests.factories.people import make_member, make_team
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_members_stand_by_team_and_reading(operations: User) -> None:
    first, second = make_team("あ"), make_team("い")
    late = make_member(team=second, kana="あ")
    behind = make_member(team=first, kana="い")
    ahead = make_member(team=first, kana="あ")
    assert list(queries.members(operations)) == [ahead, behind, late]


@pytest.mark.parametrize(
    ("joined_on", "left_on", "serves"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (TODAY + DAY, None, False),
        (None, TODAY - DAY, False),
    ],
)
def test_who_is_with_us_on_the_day(
    joined_on: date | None, left_on: date | None, serves: bool
) -> None:
    make_member(joined_on=joined_on, left_on=left_on)
    assert queries.serving(Member.objects.all(), on=TODAY).exists() is serves


@pytest.mark.parametrize("text", ["佐倉", "さく", "SAKURA", "sakura@"])
def test_a_member_is_found_by_any_of_their_names(text: str) -> None:
    make_member(name="美和 ミア", handle="mia")
    member = make_member(
        name="佐倉 さくら", kana="さくら", handle="sakura.s", email="sakura@banso.example"
    )
    assert list(queries.called(Member.objects.all(), text)) == [member]


def test_files_name_members_by_handle_or_address_in_any_case() -> None:
    member = make_member(handle="Sakura.S", email="sakura@banso.example")
    make_member(handle="mia")
    names = ["SAKURA.s", "Sakura@Banso.example", "nobody", ""]
    assert queries.named(names) == {"sakura.s": member, "sakura@banso.example": member}


def test_a_job_role_goes_with_an_access_role() -> None:
    asked = (JobRole.CS_MANAGER, JobRole.TRAINER, JobRole.ACCOUNT_MANAGER)
    likely = [queries.likely_access(make_member(job_role=role)) for role in asked]
    assert likely == [AccessRole.MANAGER, AccessRole.CSM, AccessRole.ACCOUNT_EXECUTIVE]


def test_teams_are_named_by_their_path_or_by_a_name_of_their_own() -> None:
    support, pool = make_team("CS / サポート"), make_team("CS / プール")
    make_team("営業 / プール")
    names = ["CS / サポート", "cs/ｻﾎﾟｰﾄ", "サポート", "CS / プール", "プール", "総務", ""]
    assert queries.teams_named(names) == {
        "CS / サポート": support,
        "cs/ｻﾎﾟｰﾄ": support,
        "サポート": support,
        "CS / プール": pool,
    }
