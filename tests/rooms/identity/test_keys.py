"""API keys: who creates them, as whom they act, and when they end."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest

from banso.rooms.identity.actions import (
    AlreadyRevoked,
    NotTheirs,
    create_key,
    note_key_used,
    revoke_key,
)
from banso.rooms.identity.models import AccessRole, ApiKey, User
from banso.rooms.identity.queries import key_users, keys, living_key, used_lately
from banso.rooms.journal.models import Entry
from tests.factories.identity import make_user
from tests.factories.keys import make_key
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db


def test_of_a_key_only_its_digest_is_kept(operations: User) -> None:
    issued = create_key(
        name="warehouse", user=operations, may_write=True, days=30, by=operations, at=NOON
    )
    start, prefix, secret = issued.token.split("_", 2)
    kept = ApiKey.objects.values().get()
    assert (start, prefix, len(secret)) == ("banso", kept["prefix"], 43)
    assert kept["digest"] == sha256(issued.token.encode()).hexdigest()
    assert [name for name, value in kept.items() if secret in str(value)] == []
    assert kept["expires_at"] == NOON + timedelta(days=30)


def test_neither_secret_nor_digest_enters_the_journal(operations: User) -> None:
    token = make_key(operations, name="warehouse")
    key = ApiKey.objects.get()
    revoke_key(key, by=operations, at=NOON)
    entries = Entry.objects.order_by("pk")
    assert [(each.event, each.details["name"]) for each in entries] == [
        ("identity.key_created", "warehouse"),
        ("identity.key_revoked", "warehouse"),
    ]
    told = [str(each.details) for each in entries]
    assert [secret in text for text in told for secret in (token, key.digest)] == [False] * 4


def test_a_key_acts_as_its_user_until_its_last_moment(operations: User) -> None:
    token = make_key(operations, days=30)
    end = NOON + timedelta(days=30)
    assert living_key(token, at=end - timedelta(seconds=1)) == ApiKey.objects.get()
    assert living_key(token, at=end) is None


def test_a_revoked_key_opens_nothing(operations: User) -> None:
    token = make_key(operations)
    revoke_key(ApiKey.objects.get(), by=operations, at=NOON)
    assert living_key(token, at=NOON) is None


def test_a_key_is_revoked_once(operations: User) -> None:
    make_key(operations)
    key = ApiKey.objects.get()
    revoke_key(key, by=operations, at=NOON)
    with pytest.raises(AlreadyRevoked):
        revoke_key(key, by=operations, at=NOON)


def test_a_key_ends_with_its_users_access(operations: User) -> None:
    token = make_key(operations)
    User.objects.filter(pk=operations.pk).update(is_active=False)
    assert living_key(token, at=NOON) is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1] + ("a" if token[-1] != "a" else "b"),
        lambda token: token.upper(),
        lambda token: token + " ",
        lambda token: token + "\n",
        lambda token: token.replace("banso_", "banso_\x00", 1),
        lambda token: "",
        lambda token: "banso__",
        lambda token: "パスワード",
    ],
)
def test_a_token_that_differs_opens_nothing(operations: User, spoil: object) -> None:
    token = make_key(operations)
    assert living_key(spoil(token), at=NOON) is None  # type: ignore[operator]


def test_a_use_counts_as_late_for_a_minute(operations: User) -> None:
    make_key(operations)
    assert not used_lately(ApiKey.objects.get(), at=NOON)
    note_key_used(ApiKey.objects.get(), at=NOON)
    later = [NOON + timedelta(seconds=seconds) for seconds in (0, 59, 60)]
    assert [used_lately(ApiKey.objects.get(), at=at) for at in later] == [True, True, False]


def test_operations_create_keys_for_themselves_and_administrators_for_anybody(
    operations: User, administrator: User, mia: User
) -> None:
    make_user(is_active=False)
    assert list(key_users(mia)) == []
    assert list(key_users(operations)) == [operations]
    assert set(key_users(administrator)) == {operations, administrator, mia}


def test_a_key_for_somebody_else_is_refused_and_leaves_no_trace(
    operations: User, administrator: User
) -> None:
    with pytest.raises(NotTheirs):
        make_key(administrator, by=operations)
    assert list(Entry.objects.all()) == []
    assert make_key(operations, by=administrator).startswith("banso_")


def test_operations_see_their_own_keys_and_administrators_all(
    operations: User, administrator: User, executive: User
) -> None:
    other = make_user(role=AccessRole.OPERATIONS)
    for user in (operations, other):
        make_key(user, name=user.name)
    assert [key.user for key in keys(operations)] == [operations]
    assert [key.user for key in keys(administrator)] == [other, operations]
    assert list(keys(executive)) == []
