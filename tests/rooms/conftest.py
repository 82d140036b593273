"""The cast, and a home of its own for every test.

Sakura is a CSM in Mid and owns Acme. Ken leads her team. Mia is a CSM of another team and sees
nothing of Acme. The rest are named by what they may.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from pytest_django import Settings

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import AccessRole, User
from banso.rooms.people.models import JobRole, Member, Team
from tests.factories.customers import make_account, make_holding
from tests.factories.identity import make_user
from tests.factories.people import make_member, make_team

HERE = Path(__file__).parent
QUICK_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that asks for no database says the same on either: it runs on SQLite alone. So do the
    few that are marked as too long to be said twice.
    """
    if "BANSO_TEST_POSTGRESQL" in os.environ:
        same = [
            item
            for item in items
            if HERE in item.path.parents
            and (item.get_closest_marker("one_database") or not _asks_database(item))
        ]
        config.hook.pytest_deselected(items=same)
        items[:] = [item for item in items if item not in set(same)]


def _asks_database(item: pytest.Item) -> bool:
    fixtures: set[str] = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(
        fixtures & {"db", "transactional_db"}
    )


@pytest.fixture(autouse=True, scope="session")
def database_asked_for() -> None:
    """Tests meant for PostgreSQL must not pass on SQLite by accident."""
    assert (connection.vendor == "postgresql") == ("BANSO_TEST_POSTGRESQL" in os.environ)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What is said is said in English, whatever language a test before left behind."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    """Files and counts of this test alone, and passwords that are quick to check."""
    cache.clear()
    settings.BANSO = replace(settings.BANSO, home=tmp_path)
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.PASSWORD_HASHERS = [QUICK_HASHER]
    return tmp_path


def _employed(name: str, role: AccessRole, team: Team | None, job: JobRole) -> User:
    user = make_user(name=name, role=role)
    make_member(name=name, user=user, team=team, job_role=job, email=user.email)
    return user


@pytest.fixture
def mid(db: None) -> Team:
    return make_team("カスタマーサクセス / ミッド")


@pytest.fixture
def sakura(mid: Team) -> User:
    """A CSM of Mid; Acme is hers."""
    user = _employed("佐倉 さくら", AccessRole.CSM, mid, JobRole.CSM)
    acme = make_account(external_id="acme", name="アクメ株式会社", kana="あくめ")
    make_holding(acme, by=Member.objects.get(user=user))
    return user


@pytest.fixture
def acme(sakura: User) -> Account:
    return Account.objects.get(external_id="acme")


@pytest.fixture
def ken(mid: Team) -> User:
    """The manager of Mid."""
    return _employed("剣持 健", AccessRole.MANAGER, mid, JobRole.CS_MANAGER)


@pytest.fixture
def mia(db: None) -> User:
    """A CSM of another team, who holds nothing of Acme."""
    team = make_team("カスタマーサクセス / エンタープライズ")
    return _employed("美和 ミア", AccessRole.CSM, team, JobRole.CSM)


@pytest.fixture
def account_executive(db: None) -> User:
    team = make_team("営業")
    return _employed("営野 歩", AccessRole.ACCOUNT_EXECUTIVE, team, JobRole.ACCOUNT_EXECUTIVE)


@pytest.fixture
def operations(db: None) -> User:
    return make_user(name="大野 操", role=AccessRole.OPERATIONS)


@pytest.fixture
def executive(db: None) -> User:
    return make_user(name="役所 統", role=AccessRole.EXECUTIVE)


@pytest.fixture
def administrator(db: None) -> User:
    return make_user(name="管 理", role=AccessRole.ADMINISTRATOR)
