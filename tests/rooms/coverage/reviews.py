"""Plans and what reviewers settle of them, in few words."""

from __future__ import annotations

from datetime import date, timedelta

from banso.rooms.coverage.actions import reviewing as acts
from banso.rooms.coverage.models import (
    Approval,
    ModelVersion,
    PlanComment,
    Reservation,
)
from banso.rooms.coverage.queries.planning import Plan, plan_of
from banso.rooms.coverage.queries.reviewing import UNREVIEWED, reviewed
from banso.rooms.coverage.queries.versions import model_of
from banso.rooms.customers.models import Account, Holding
from banso.rooms.identity.models import User
from banso.rooms.people.models import JobRole, Member
from tests.factories.coverage import SOUND
from tests.factories.customers import make_account
from tests.factories.when import NOON, TODAY

DAY = timedelta(days=1)
FAR, NEAR = TODAY + timedelta(days=300), TODAY + timedelta(days=10)
LARGE = 9_000_000
WHY = "社長どうしの約束"
GUARDED = SOUND.replace(
    "60d}}",
    '60d}, protected: [{when: "arr >= 7_000_000", approvals: 1},'
    ' {when: "arr >= 50_000_000", approvals: 2}]}',
)
PEOPLE = {
    "sato": JobRole.CSM,
    "ito": JobRole.CSM,
    "p1": JobRole.POOL_CSM,
    "p2": JobRole.POOL_CSM,
    "p3": JobRole.POOL_CSM,
    "am": JobRole.ACCOUNT_MANAGER,
    "ae": JobRole.ACCOUNT_EXECUTIVE,
}
Company = dict[str, Member]
Held = dict[tuple[str, str], str]


def customer(key: str, arr: int = LARGE, *, ends: date = FAR) -> Account:
    return make_account(external_id=key, name=key, facts={"arr": arr, "term_end_on": ends})


def planned(of: ModelVersion, *, settled: bool = True) -> Plan:
    model = model_of(of)
    assert model is not None
    return plan_of(model, on=TODAY, reviewed=reviewed(of) if settled else UNREVIEWED)


def receivers(plan: Plan, role: str = "csm") -> dict[int, int | None]:
    """Who gets the customers that move in a role."""
    return {move.account: move.receiver.member for move in plan.moves if move.stated == role}


def keep(of: ModelVersion, account: Account, by: User) -> Reservation:
    return acts.keep_out(of, account, reason=WHY, by=by, at=NOON)


def pin(of: ModelVersion, account: Account, to: Member, by: User, role: str = "csm") -> Reservation:
    chosen = acts.Pin(role, to, WHY)
    return acts.pin_customer(of, account, chosen, on=TODAY, by=by, at=NOON)


def free(of: ModelVersion, account: Account, by: User) -> None:
    acts.free_customer(of, account, by=by, at=NOON)


def remark(of: ModelVersion, account: Account, by: User) -> PlanComment:
    return acts.comment_on_plan(of, account=account, text="役員に確認", by=by, at=NOON)


def agree(of: ModelVersion, account: Account, by: User, *, read: int = 1) -> Approval:
    return acts.agree_to_move(of, account, read=read, on=TODAY, by=by, at=NOON)


def present() -> Held:
    """Who holds what today: a handle, or the pool's key."""
    lasting = Holding.objects.filter(from_on__lte=TODAY, to_on=None)
    return {
        (each.account.external_id, each.duty): each.member.handle
        if each.member
        else str(each.team.key)  # type: ignore[union-attr]  # a constraint
        for each in lasting.select_related("account", "member", "team")
    }
