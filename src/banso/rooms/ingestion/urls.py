from __future__ import annotations

from django.urls import path

from banso.rooms.ingestion.views import columns, history, rejects, standing, together, upload

app_name = "ingestion"
urlpatterns = [
    path("", history.imports, name="imports"),
    path("new/", upload.new, name="new"),
    path("mappings/", columns.mappings, name="mappings"),
    path("mappings/<int:mapping_id>/delete/", columns.forget, name="forget_mapping"),
    path("together/<str:together>/", together.together, name="together"),
    path("together/<str:together>/check/", together.check_all, name="check_all"),
    path("together/<str:together>/commit/", together.commit_all, name="commit_all"),
    path("<int:import_id>/", standing.one, name="import"),
    path("<int:import_id>/kind/", together.kind, name="kind"),
    path("<int:import_id>/columns/", columns.columns, name="columns"),
    path("<int:import_id>/commit/", standing.commit, name="commit"),
    path("<int:import_id>/take-back/", standing.take_back, name="take_back"),
    path("<int:import_id>/discard/", standing.discard, name="discard"),
    path("<int:import_id>/rejected/", rejects.rejected, name="rejected"),
    path("<int:import_id>/rejected.csv", rejects.download, name="rejected_csv"),
]
