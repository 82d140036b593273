"""Giving, changing and ending access."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from banso.rooms.identity.actions import (
    AddressTaken,
    AlreadySetUp,
    LastAdministrator,
    PasswordTooWeak,
    add_user,
    change_access,
    note_demo_filled,
    remember_look,
    set_password,
    set_up,
    system_user,
)
from banso.rooms.identity.models import AccessRole, Demo, User
from banso.rooms.journal.models import Entry
from tests.factories.identity import make_user
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db
STRONG = "correct horse battery"


def journal() -> list[tuple[str, dict[str, Any]]]:
    return list(Entry.objects.order_by("pk").values_list("event", "details"))


def test_an_empty_installation_gets_its_first_administrator() -> None:
    banso = system_user(at=NOON)
    first = set_up(email="a@b.example", name="Aoi", password=STRONG, by=banso, at=NOON)
    assert (first.role, first.check_password(STRONG)) == (AccessRole.ADMINISTRATOR, True)
    assert journal() == [("identity.installation_set_up", {"name": "Aoi"})]
    assert Entry.objects.get().actor_label == "Banso"


def test_an_installation_is_set_up_once(administrator: User) -> None:
    with pytest.raises(AlreadySetUp):
        set_up(email="x@b.example", name="X", password=STRONG, by=system_user(at=NOON), at=NOON)
    assert list(User.objects.filter(is_system=False)) == [administrator]
    assert journal() == []


def test_a_weak_password_leaves_an_installation_empty() -> None:
    banso = system_user(at=NOON)
    with pytest.raises(PasswordTooWeak):
        set_up(email="a@b.example", name="Aoi", password="short", by=banso, at=NOON)
    assert list(User.objects.all()) == [banso]


def test_the_system_user_is_one_and_can_never_sign_in() -> None:
    banso = system_user(at=NOON)
    assert system_user(at=NOON) == banso
    assert (banso.is_active, banso.has_usable_password(), str(banso)) == (False, False, "Banso")
    assert journal() == []


def test_a_person_is_given_access_and_the_journal_keeps_the_roles_code(administrator: User) -> None:
    user = add_user(email="m@b.example", name="Mia", role=AccessRole.CSM, by=administrator, at=NOON)
    assert (user.role, user.has_usable_password(), user.joined_at) == ("csm", False, NOON)
    assert journal() == [("identity.user_added", {"user": user.pk, "name": "Mia", "role": "csm"})]


def test_a_person_may_be_given_a_password_at_once(administrator: User) -> None:
    user = add_user(
        email="m@b.example", name="Mia", role="csm", password=STRONG, by=administrator, at=NOON
    )
    assert User.objects.get(pk=user.pk).check_password(STRONG) is True


def test_a_mail_address_signs_in_one_person_in_any_case(administrator: User, mia: User) -> None:
    with pytest.raises(AddressTaken):
        add_user(email=mia.email.upper(), name="M", role="csm", by=administrator, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(email=mia.email.upper())
    assert journal() == []


def test_access_is_changed_and_ended(administrator: User, mia: User) -> None:
    change_access(mia, role="manager", is_active=False, by=administrator, at=NOON)
    mia.refresh_from_db()
    assert (mia.role, mia.is_active) == ("manager", False)
    changed = {"user": mia.pk, "name": mia.name, "role": "manager", "is_active": False}
    assert journal() == [("identity.user_changed", changed)]


@pytest.mark.parametrize(("role", "is_active"), [("manager", True), ("administrator", False)])
def test_the_last_administrator_stays(administrator: User, role: str, is_active: bool) -> None:
    make_user(role=AccessRole.ADMINISTRATOR, is_active=False)
    system_user(at=NOON)
    with pytest.raises(LastAdministrator):
        change_access(administrator, role=role, is_active=is_active, by=administrator, at=NOON)
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active, journal()) == ("administrator", True, [])


def test_one_of_two_administrators_may_go(administrator: User) -> None:
    other = make_user(role=AccessRole.ADMINISTRATOR)
    change_access(administrator, role="csm", is_active=True, by=other, at=NOON)
    administrator.refresh_from_db()
    assert administrator.role == AccessRole.CSM


def test_the_only_administrator_may_be_confirmed_as_one(administrator: User) -> None:
    change_access(administrator, role="administrator", is_active=True, by=administrator, at=NOON)
    assert len(journal()) == 1


def test_who_was_invited_sets_a_password(mia: User) -> None:
    set_password(mia, password=STRONG, by=mia, at=NOON)
    assert User.objects.get(pk=mia.pk).check_password(STRONG) is True
    assert journal() == [("identity.password_set", {"user": mia.pk, "name": mia.name})]


@pytest.mark.parametrize("weak", ["short", "password123", "user-of-banso@banso.example"])
def test_a_weak_password_is_refused_and_the_old_one_stays(weak: str) -> None:
    user = make_user(password=STRONG, email="user-of-banso@banso.example")
    with pytest.raises(PasswordTooWeak):
        set_password(user, password=weak, by=user, at=NOON)
    assert User.objects.get(pk=user.pk).check_password(STRONG) is True
    assert journal() == []


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({"language": "en"}, ("en", "system")),
        ({"theme": "dark"}, ("ja", "dark")),
        ({"language": "en", "theme": "light"}, ("en", "light")),
        ({"language": "tlh", "theme": "plaid"}, ("ja", "system")),
        ({}, ("ja", "system")),
    ],
)
def test_a_look_on_offer_is_remembered(
    mia: User, asked: dict[str, str], kept: tuple[str, str]
) -> None:
    remember_look(mia, **asked)
    mia.refresh_from_db()
    assert (mia.language, mia.theme) == kept


def test_a_filled_demo_is_marked_once_in_the_database(administrator: User) -> None:
    note_demo_filled(by=administrator, at=NOON)
    assert (Demo.objects.get().filled_at, journal()) == (NOON, [("identity.demo_filled", {})])
    with pytest.raises(IntegrityError), transaction.atomic():
        note_demo_filled(by=administrator, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Demo.objects.create(pk=2, filled_at=NOON)
