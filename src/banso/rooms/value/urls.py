from __future__ import annotations

from django.urls import path

from banso.rooms.value import views

app_name = "value"
urlpatterns = [
    path("accounts/<int:account_id>/new/", views.add, name="add_case"),
    path("<int:case_id>/", views.edit, name="case"),
]
