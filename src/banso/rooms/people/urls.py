from __future__ import annotations

from django.urls import path

from banso.rooms.people import views

app_name = "people"
urlpatterns = [
    path("", views.members, name="members"),
    path("<int:member_id>/access/", views.access, name="access"),
]
