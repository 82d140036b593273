from __future__ import annotations

from django.urls import path, re_path

from banso.rooms.revenue import views

app_name = "revenue"
KIND = f"(?P<kind>{'|'.join(views.BARS)})"
urlpatterns = [
    path("bridge/", views.bridge, name="bridge"),
    re_path(rf"^bridge/{KIND}/$", views.movements, name="movements"),
    re_path(rf"^bridge/{KIND}\.csv$", views.export, name="export"),
    path("accounts/<int:account_id>/", views.account_trend, name="account_trend"),
]
