from __future__ import annotations

from django.urls import path

from banso.rooms.identity import views

app_name = "identity"
urlpatterns = [
    path("set-up/", views.first_administrator, name="set_up"),
    path("demo/sign-in/<int:user_id>/", views.demo_sign_in, name="demo_sign_in"),
    path("look/", views.look, name="look"),
    path("invitation/<str:uid>/<str:token>/", views.invitation, name="invitation"),
    path("settings/users/", views.users, name="users"),
    path("settings/users/<int:user_id>/", views.user, name="user"),
    path("settings/keys/", views.keys, name="keys"),
    path("settings/keys/<int:key_id>/revoke/", views.revoke, name="revoke_key"),
    path("journal/", views.journal, name="journal"),
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<int:job_id>/retry/", views.retry, name="retry_job"),
    path("jobs/<int:job_id>/dismiss/", views.dismiss, name="dismiss_job"),
]
