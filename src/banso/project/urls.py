"""Routes: each room under its own word, sign-in under /account/."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path
from django.views.generic import RedirectView

from banso.project.api import patterns as api_patterns
from banso.rooms.identity import views as identity

sign_in = RedirectView.as_view(pattern_name="account_login")

urlpatterns = [
    path("", identity.home, name="home"),
    path("healthz", identity.healthz, name="healthz"),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/password/set/", sign_in, name="account_set_password"),
    path("account/inactive/", sign_in, name="account_inactive"),
    path("account/signup/", sign_in, name="account_signup"),
    path("account/password/", account.password_change, name="account_change_password"),
    path(
        "account/forgotten/", sign_in, name="account_reset_password"
    ),  # by an administrator's link
    path("accounts/", include("banso.rooms.customers.urls")),
    path("revenue/", include("banso.rooms.revenue.urls")),
    path("model/", include("banso.rooms.coverage.urls")),
    path("work/", include("banso.rooms.work.urls")),
    path("renewals/", include("banso.rooms.renewals.urls")),
    path("value/", include("banso.rooms.value.urls")),
    path("members/", include("banso.rooms.people.urls")),
    path("imports/", include("banso.rooms.ingestion.urls")),
    path("api/", include((api_patterns, "api"), namespace="api")),
    path("", include("banso.rooms.identity.urls")),
]
handler403 = "banso.rooms.identity.views.forbidden"
handler404 = "banso.rooms.identity.views.not_found"
handler500 = "banso.rooms.identity.views.broken"
