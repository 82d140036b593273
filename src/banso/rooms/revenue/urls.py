from __future__ import annotations

from django.urls import path, re_path

from banso.rooms.revenue.queries.wording import BARS
from banso.rooms.revenue.views import (
    account,
    bridge,
    bridge_files,
    closed,
    cohorts,
    compared,
    definitions,
    exports,
    metered,
    rates,
    restated,
    retention,
)

app_name = "revenue"
KIND = f"(?P<kind>{'|'.join(BARS)})"
LINES = "bridge/accounts/<int:account_id>"
RATE = f"(?P<rate>{'|'.join(rates.MEANINGS)})"
ENDING = "(?P<ending>csv|xlsx)"
urlpatterns = [
    path("bridge/", bridge.bridge, name="bridge"),
    re_path(rf"^bridge/{KIND}/$", bridge.movements, name="movements"),
    re_path(rf"^bridge\.{ENDING}$", bridge_files.bridge, name="bridge_file"),
    re_path(rf"^bridge/{KIND}\.{ENDING}$", bridge_files.movements, name="movements_file"),
    path(f"{LINES}/", rates.lines, name="account_lines"),
    path(f"{LINES}.csv", rates.lines_file, {"ending": "csv"}, name="account_lines_csv"),
    path(f"{LINES}.xlsx", rates.lines_file, {"ending": "xlsx"}, name="account_lines_xlsx"),
    path("retention/", retention.retention, name="retention"),
    re_path(rf"^retention\.{ENDING}$", exports.retention, name="retention_file"),
    re_path(rf"^retention/groups\.{ENDING}$", exports.groups, name="retained_file"),
    re_path(rf"^retention/{RATE}/$", rates.accounts, name="rate"),
    re_path(rf"^retention/{RATE}\.{ENDING}$", rates.accounts_file, name="rate_file"),
    path("cohorts/", cohorts.cohorts, name="cohorts"),
    path("cohorts/<int:year>/<int:month>/<int:age>/", cohorts.accounts, name="cohort"),
    re_path(rf"^cohorts\.{ENDING}$", exports.cohorts, name="cohorts_file"),
    path("definitions/", definitions.definitions, name="definitions"),
    path("definitions/new/", definitions.new, name="new_definition"),
    path("definitions/delete/", definitions.delete, name="delete_definition"),
    re_path(rf"^definitions/differing/{KIND}/$", compared.accounts, name="differing"),
    re_path(
        rf"^definitions/differing/{KIND}\.{ENDING}$", compared.accounts_file, name="differing_file"
    ),
    re_path(rf"^definitions\.{ENDING}$", compared.side_by_side_file, name="side_by_side_file"),
    path("closed/", closed.periods, name="closed_periods"),
    path("closed/new/", closed.new, name="close_period"),
    path("closed/<int:closed_id>/", closed.period, name="closed_period"),
    path("closed/<int:closed_id>/reopen/", closed.reopen, name="reopen_period"),
    path("closed/<int:closed_id>.csv", closed.export, {"ending": "csv"}, name="closed_csv"),
    path("closed/<int:closed_id>.xlsx", closed.export, {"ending": "xlsx"}, name="closed_xlsx"),
    path("usage/", metered.usage, name="usage"),
    path("restatements/", restated.restatements, name="restatements"),
    path("accounts/<int:account_id>/", account.account_trend, name="account_trend"),
]
