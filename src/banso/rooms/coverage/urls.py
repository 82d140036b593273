from __future__ import annotations

from django.urls import path

from banso.rooms.coverage.views import (
    balance,
    balance_acts,
    balance_files,
    handovers,
    organisation,
    plans,
    reviewing,
    versions,
)

app_name = "coverage"
urlpatterns = [
    path("", versions.overview, name="model"),
    path("organisation/", organisation.teams, name="organisation"),
    path("duties/", organisation.duties, name="duties"),
    path("coverage/", organisation.coverage, name="coverage"),
    path("customers/", organisation.customers, name="customers"),
    path("balance/", balance.balance, name="balance"),
    path("balance/<str:role>/weigh/", balance_acts.weigh, name="balance_weigh"),
    path("balance/<str:role>/add/", balance_acts.add, name="balance_add"),
    path("balance/<str:role>/what-if/", balance.what_if, name="balance_what_if"),
    path("balance/<str:role>/why/", balance.why, name="balance_why"),
    path("balance/<str:role>/deal/", balance_acts.deal, name="balance_deal"),
    path("balance/<str:role>/deal-free/", balance_acts.deal_free, name="balance_deal_free"),
    path("balance/<str:role>/fill/", balance_acts.fill, name="balance_fill"),
    path("balance/<str:role>/search/", balance_acts.search, name="balance_search"),
    path("balance/<str:role>/drop/", balance_acts.drop, name="balance_drop"),
    path("balance/<str:role>/plan.csv", balance_files.plan, {"ending": "csv"}, name="plan_csv"),
    path("balance/<str:role>/plan.xlsx", balance_files.plan, {"ending": "xlsx"}, name="plan_xlsx"),
    path("balance/<str:role>/apply/", balance_acts.apply, name="balance_apply"),
    path(
        "balance/applied/<int:rebalance_id>/take-back/",
        balance_acts.take_back,
        name="balance_take_back",
    ),
    path("templates/", versions.templates, name="templates"),
    path("begin/", versions.begin, name="begin"),
    path("check/", versions.check, name="check"),
    path("<int:version_id>/", versions.version, name="version"),
    path("<int:version_id>/plan/", plans.plan, name="plan"),
    path("<int:version_id>/plan/moves/", reviewing.moves, name="moves"),
    path("<int:version_id>/plan/comment/", reviewing.comment, name="comment"),
    path("<int:version_id>/plan/<int:account_id>/keep/", reviewing.keep, name="keep"),
    path("<int:version_id>/plan/<int:account_id>/pin/", reviewing.pin, name="pin"),
    path("<int:version_id>/plan/<int:account_id>/free/", reviewing.free, name="free"),
    path("<int:version_id>/plan/<int:account_id>/agree/", reviewing.agree, name="agree"),
    path(
        "<int:version_id>/plan/<int:account_id>/comment/", reviewing.comment, name="comment_on_one"
    ),
    path("<int:version_id>/apply/", plans.apply, name="apply"),
    path("<int:version_id>/appoint/", plans.appoint, name="appoint"),
    path("<int:version_id>/call-off/", plans.call_off, name="call_off"),
    path("applied/<int:application_id>/take-back/", plans.take_back, name="take_back"),
    path("<int:version_id>/propose/", versions.propose, name="propose"),
    path("<int:version_id>/approve/", versions.approve, name="approve"),
    path("<int:version_id>/send-back/", versions.send_back, name="send_back"),
    path("<int:version_id>/adopt/", versions.adopt, name="adopt"),
    path("<int:version_id>/drop/", versions.drop, name="drop"),
    path("<int:version_id>/model.yaml", versions.download, name="download"),
    path("handovers/", handovers.handovers, name="handovers"),
    path("handovers/accept/", handovers.accept_many, name="accept_many"),
    path("handovers/<int:handover_id>/", handovers.handover, name="handover"),
    *[
        path(f"handovers/<int:handover_id>/{how}/", handovers.act, {"how": how}, name=f"{how}_it")
        for how in handovers.ACTS
    ],
]
