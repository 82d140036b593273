"""Setting up, signing in, the demo's clicks, and the look of the pages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from pytest_django import Settings

from banso.rooms.identity.models import AccessRole, User
from tests.factories.identity import make_demo, make_user
from tests.factories.pages import Page, browser, visit

pytestmark = pytest.mark.django_db

STRONG = "correct horse battery"
LOGIN, USERS = "/account/login/", "/settings/users/"


def signed_in(client: Client) -> int | None:
    found = client.session.get("_auth_user_id")
    return int(found) if found else None


def errors(page: Page) -> list[str]:
    return page.texts("div", role="alert") + page.texts("p", role="alert")


@pytest.fixture
def visitor() -> Client:
    return browser()


@pytest.fixture
def demo_setting(settings: Settings) -> None:
    settings.BANSO = replace(settings.BANSO, demo=True)


@pytest.fixture
def demo(db: None, demo_setting: None) -> None:
    """The setting, and a database that the demo has filled."""
    make_demo()


def test_an_empty_installation_asks_for_its_administrator_once(visitor: Client) -> None:
    assert visitor.get("/").headers["Location"] == "/set-up/"
    assert visit(visitor, "/set-up/").heading == "Welcome. Who administers this installation?"
    said = {"name": "Aoi", "email": "a@b.example", "password": STRONG}
    assert visitor.post("/set-up/", said).headers["Location"] == "/"
    first = User.objects.get(is_system=False)
    assert (first.role, signed_in(visitor)) == (AccessRole.ADMINISTRATOR, first.pk)
    again = browser().post("/set-up/", said | {"email": "b@b.example"})
    assert (again.headers["Location"], User.objects.count()) == (LOGIN, 2)
    assert browser().get("/").headers["Location"] == LOGIN


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"password": "short"}, "too short"),
        ({"email": "a"}, "valid email"),
        ({"name": ""}, "required"),
    ],
)
def test_what_the_set_up_cant_take_is_answered_on_the_form(
    visitor: Client, said: dict[str, str], told: str
) -> None:
    whole = {"name": "Aoi", "email": "a@b.example", "password": STRONG}
    [error] = errors(Page(visitor.post("/set-up/", whole | said)))
    assert told in error
    assert User.objects.filter(is_system=False).count() == 0


def test_each_role_starts_on_its_own_page(
    sakura: User, ken: User, operations: User, executive: User, administrator: User
) -> None:
    starts = [
        browser(user).get("/").headers["Location"]
        for user in (sakura, ken, operations, executive, administrator)
    ]
    accounts = "/accounts/"
    assert starts == [accounts, accounts, accounts, "/revenue/bridge/", accounts]


def test_somebody_signs_in_with_their_address_in_any_case(visitor: Client) -> None:
    user = make_user(email="aoi@b.example", password=STRONG)
    said = {"login": "Aoi@B.example", "password": STRONG}
    response = visitor.post(f"{LOGIN}?next=/members/", said)
    assert (response.headers["Location"], signed_in(visitor)) == ("/members/", user.pk)
    visitor.post("/account/logout/")
    assert signed_in(visitor) is None


@pytest.mark.parametrize("said", [{"password": "wrong"}, {"login": "nobody@b.example"}])
def test_a_wrong_password_and_an_unknown_address_sound_the_same(
    visitor: Client, said: dict[str, str]
) -> None:
    make_user(email="aoi@b.example", password=STRONG)
    page = Page(visitor.post(LOGIN, {"login": "aoi@b.example", "password": STRONG} | said))
    assert errors(page) == ["The email address and/or password you specified are not correct."]
    assert signed_in(visitor) is None


def test_who_lost_access_cant_sign_in_and_a_session_ends(visitor: Client) -> None:
    user = make_user(email="aoi@b.example", password=STRONG)
    working = browser(user)
    assert working.get("/accounts/").status_code == 200
    User.objects.update(is_active=False)
    assert working.get("/accounts/").status_code == 302
    said = {"login": "aoi@b.example", "password": STRONG}
    page = Page(visitor.post(LOGIN, said, follow=True))
    assert (page.heading, signed_in(visitor)) == ("Sign in", None)
    assert page.texts("div", **{"class": "flash"}) == [
        "Your access has been ended. Please ask an administrator."
    ]


def test_nobody_signs_up_or_resets_a_password_by_themselves(visitor: Client) -> None:
    for path in ("/account/signup/", "/account/forgotten/"):
        assert visitor.get(path).headers["Location"] == LOGIN
    said = {"email": "x@b.example", "password1": STRONG}
    visitor.post("/account/signup/", said)
    assert User.objects.count() == 0


def test_a_password_is_changed_by_its_owner() -> None:
    user = make_user(password=STRONG)
    client = browser(user)
    said = {"oldpassword": STRONG, "password1": "another long one", "password2": "another long one"}
    client.post("/account/password/", said)
    assert User.objects.get().check_password("another long one")
    assert browser().get("/account/password/").status_code == 302


def test_a_demo_offers_one_sign_in_for_each_role(demo: None, sakura: User, executive: User) -> None:
    make_user(role=AccessRole.CSM, name="後から")
    page = visit(browser(), LOGIN)
    assert page.texts("button", **{"class": "persona"}) == [
        *("佐 CSM佐倉 さくら", "役 Executive役所 統"),
    ]
    client = browser()
    response = client.post(f"/demo/sign-in/{executive.pk}/")
    assert (response.headers["Location"], signed_in(client)) == ("/", executive.pk)


def test_a_demos_other_users_and_strangers_cant_be_clicked(demo: None, sakura: User) -> None:
    other = make_user(role=AccessRole.CSM)
    codes = [browser().post(f"/demo/sign-in/{pk}/").status_code for pk in (other.pk, 999)]
    assert (codes, browser().get(f"/demo/sign-in/{sakura.pk}/").status_code) == ([404, 404], 405)


def test_without_the_demo_nobody_signs_in_by_a_click(sakura: User) -> None:
    client = browser()
    assert client.post(f"/demo/sign-in/{sakura.pk}/").status_code == 404
    assert signed_in(client) is None
    assert visit(client, LOGIN).texts("button", **{"class": "persona"}) == []


def test_the_setting_alone_opens_no_companys_own_data(demo_setting: None, sakura: User) -> None:
    client = browser()
    assert client.post(f"/demo/sign-in/{sakura.pk}/").status_code == 404
    assert visit(client, LOGIN).texts("button", **{"class": "persona"}) == []


def test_a_database_that_the_demo_filled_opens_only_by_the_setting(sakura: User) -> None:
    make_demo()
    client = browser()
    assert client.post(f"/demo/sign-in/{sakura.pk}/").status_code == 404
    assert visit(client, LOGIN).texts("button", **{"class": "persona"}) == []


def test_a_look_is_kept_with_the_person_and_in_the_browser(sakura: User) -> None:
    client = browser(sakura)
    response = client.post("/look/", {"language": "ja", "theme": "dark", "next": "/members/?q=a"})
    assert response.headers["Location"] == "/members/?q=a"
    sakura.refresh_from_db()
    assert (sakura.language, sakura.theme) == ("ja", "dark")
    assert {name: cookie.value for name, cookie in response.cookies.items()} == {
        "banso_language": "ja",
        "banso_theme": "dark",
    }
    page = visit(client, "/members/")
    assert (page.attributes("html", "lang"), page.attributes("html", "data-theme")) == (
        ["ja"],
        ["dark"],
    )


def test_a_visitor_reads_in_the_language_of_the_browser_until_another_is_chosen() -> None:
    make_user()
    assert visit(browser(language="ja"), LOGIN).heading == "ログイン"
    visitor = browser(language="ja")
    visitor.post("/look/", {"language": "en", "next": LOGIN})
    assert visit(visitor, LOGIN).heading == "Sign in"
    assert visit(browser(language="fr"), LOGIN).attributes("html", "lang") == ["ja"]


def test_a_look_that_isnt_on_offer_changes_nothing(sakura: User) -> None:
    client = browser(sakura)
    response = client.post("/look/", {"language": "xx", "theme": "pink"})
    assert (response.headers["Location"], len(response.cookies)) == ("/", 0)
    sakura.refresh_from_db()
    assert (sakura.language, sakura.theme) == ("en", "system")


@pytest.mark.parametrize(
    "back",
    ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", ""],
)
def test_a_look_leads_nowhere_else(sakura: User, back: str) -> None:
    response = browser(sakura).post("/look/", {"theme": "dark", "next": back})
    assert response.headers["Location"] == "/"


def test_a_sign_in_leads_nowhere_else(visitor: Client) -> None:
    make_user(email="aoi@b.example", password=STRONG)
    said = {"login": "aoi@b.example", "password": STRONG, "next": "https://evil.example/"}
    assert visitor.post(LOGIN, said).headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/look/"])
def test_a_look_is_posted(visitor: Client, path: str) -> None:
    assert visitor.get(path).status_code == 405
