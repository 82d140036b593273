from __future__ import annotations

from django.urls import path

from banso.rooms.customers.views import (
    account,
    accounts,
    contacts,
    duplicates,
    edits,
    exports,
    palette,
    promises,
    saved_views,
    story,
    touches,
)
from banso.rooms.customers.views.former import leads_on

app_name = "customers"
urlpatterns = [
    path("", accounts.accounts, name="accounts"),
    path("filters/", accounts.filters, name="filters"),
    path("columns/", accounts.chosen_columns, name="columns"),
    path("narrowing/", accounts.narrowing, name="narrowing"),
    path("export.csv", exports.as_csv, name="export"),
    path("export.xlsx", exports.as_xlsx, name="export_xlsx"),
    path("found/", palette.found, name="found"),
    path("views/new/", saved_views.new_view, name="new_view"),
    path("views/<int:view_id>/", saved_views.renamed_view, name="view"),
    path("views/<int:view_id>/update/", saved_views.updated_view, name="update_view"),
    path("views/<int:view_id>/delete/", saved_views.deleted_view, name="delete_view"),
    path("edit/", edits.edit, name="edit"),
    path("edits/", edits.edits, name="edits"),
    path("edits/<int:edit_id>/undo/", edits.undo, name="undo"),
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path("duplicates/merges/<int:merge_id>/undo/", duplicates.undo, name="undo_merge"),
    path("duplicates/<int:pair_id>/", duplicates.pair, name="pair"),
    path("duplicates/<int:pair_id>/keep-apart/", duplicates.keep, name="keep_apart"),
    path("duplicates/<int:pair_id>/propose/", duplicates.propose, name="propose_pair"),
    path("<int:account_id>/", leads_on(account.account), name="account"),
    path("<int:account_id>/story/", story.story, name="story"),
    path("<int:account_id>/story/<slug:source>/<int:pk>/", story.story_row, name="story_row"),
    path(
        "<int:account_id>/story/<slug:source>/<int:pk>/origin/",
        story.story_origin,
        name="story_origin",
    ),
    path("<int:account_id>/kana/", account.kana, name="kana"),
    path("<int:account_id>/touches/new/", touches.log, name="log_touch"),
    path("<int:account_id>/touches/<int:touch_id>/", touches.edit, name="touch"),
    path("<int:account_id>/touches/<int:touch_id>/remove/", touches.remove, name="remove_touch"),
    path("<int:account_id>/contacts/new/", contacts.add, name="add_contact"),
    path("<int:account_id>/contacts/<int:contact_id>/", contacts.contact, name="contact"),
    path("<int:account_id>/contacts/<int:contact_id>/edit/", contacts.edit, name="edit_contact"),
    path(
        "<int:account_id>/contacts/<int:contact_id>/transfer/", contacts.transfer, name="transfer"
    ),
    path(
        "<int:account_id>/contacts/<int:contact_id>/known/<int:member_id>/",
        contacts.closeness,
        name="closeness",
    ),
    path("promises/", promises.promises, name="promises"),
    path("promises/export.csv", promises.export, name="promises_export"),
    path("promises/<int:promise_id>/keep/", promises.end, {"how": "keep"}, name="keep_promise"),
    path("promises/<int:promise_id>/drop/", promises.end, {"how": "drop"}, name="drop_promise"),
    path(
        "promises/<int:promise_id>/reopen/", promises.end, {"how": "reopen"}, name="reopen_promise"
    ),
]
