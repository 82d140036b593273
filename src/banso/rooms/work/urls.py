from __future__ import annotations

from django.urls import path

from banso.rooms.work.views import item, queue, raising, status

app_name = "work"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("work.csv", queue.export, name="export"),
    path("next/", queue.next_one, name="next"),
    path("here/", queue.here, name="here"),
    path("presence/", queue.presence, name="presence"),
    path("status/", status.board, name="status"),
    path("status/<int:member_id>/give-back/", status.give_back, name="give_back"),
    path("new/<int:account_id>/", raising.raise_one, name="raise"),
    path("<int:item_id>/", item.item, name="item"),
    path("<int:item_id>/steps/<int:step_id>/", item.step, name="step"),
    path("<int:item_id>/<slug:how>/", item.act, name="act"),
]
