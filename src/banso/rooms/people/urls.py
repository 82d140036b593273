from __future__ import annotations

from django.urls import path

from banso.rooms.people import views

app_name = "people"
urlpatterns = [
    path("", views.members, name="members"),
    path("export/", views.export, name="members_export"),
    path("<int:member_id>/", views.member, name="member"),
    path("<int:member_id>/access/", views.access, name="access"),
    path("<int:member_id>/skills/", views.note, name="note_skill"),
    path("<int:member_id>/skills/drop/", views.drop, name="drop_skill"),
    path("<int:member_id>/absences/", views.away, name="add_absence"),
    path("<int:member_id>/absences/<int:absence_id>/end/", views.back, name="end_absence"),
]
