from __future__ import annotations

from django.urls import path

from banso.rooms.customers import views

app_name = "customers"
urlpatterns = [
    path("", views.accounts, name="accounts"),
    path("filters/", views.filters, name="filters"),
    path("export.csv", views.export, name="export"),
    path("<int:account_id>/", views.account, name="account"),
    path("<int:account_id>/story/", views.story, name="story"),
    path("<int:account_id>/kana/", views.kana, name="kana"),
]
