from __future__ import annotations

from django.urls import path, re_path

from banso.rooms.revenue.views import account, bridge, cohorts, definitions, retention

app_name = "revenue"
KIND = f"(?P<kind>{'|'.join(bridge.BARS)})"
urlpatterns = [
    path("bridge/", bridge.bridge, name="bridge"),
    re_path(rf"^bridge/{KIND}/$", bridge.movements, name="movements"),
    re_path(rf"^bridge/{KIND}\.csv$", bridge.export, name="export"),
    path("retention/", retention.retention, name="retention"),
    path("cohorts/", cohorts.cohorts, name="cohorts"),
    path("definitions/", definitions.definitions, name="definitions"),
    path("definitions/new/", definitions.new, name="new_definition"),
    path("accounts/<int:account_id>/", account.account_trend, name="account_trend"),
]
