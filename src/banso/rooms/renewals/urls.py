from __future__ import annotations

from django.urls import path

from banso.rooms.renewals.views import lists, outcomes

app_name = "renewals"
urlpatterns = [
    path("", lists.renewals, name="renewals"),
    path("renewals.csv", lists.export, name="export"),
    path("unmatched/", lists.unmatched, name="unmatched"),
    path("without-rate/", lists.without_rate, name="without_rate"),
    path("<int:renewal_id>/outcome/", outcomes.outcome, name="outcome"),
    path("<int:renewal_id>/reopen/", outcomes.reopen, name="reopen"),
]
