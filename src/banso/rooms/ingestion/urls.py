from __future__ import annotations

from django.urls import path

from banso.rooms.ingestion import views

app_name = "ingestion"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("new/", views.new, name="new"),
    path("<int:import_id>/", views.one, name="import"),
    path("<int:import_id>/columns/", views.columns, name="columns"),
    path("<int:import_id>/commit/", views.commit, name="commit"),
    path("<int:import_id>/take-back/", views.take_back, name="take_back"),
    path("<int:import_id>/rejected.csv", views.rejected, name="rejected"),
]
