"""Operating models as text, versions of them and handovers as rows."""

from __future__ import annotations

from typing import Any

from banso.rooms.coverage.models import Handover, ModelVersion
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member, Team
from tests.factories.when import NOON, TODAY

SOUND = """
operating_model: aozora
name: {ja: 二つの体制, en: Two ways}
effective_on: 2026-04-01
company:
  pools_need:
    single_source_of_truth: true
    shared_queue: true
    request_catalogue: true
    handover_packet: true
segments:
  - {key: enterprise, when: "arr >= 6_000_000"}   # 大口
  - {key: smb, when: always}
roles:
  csm: {reports_to: cs, hours_per_year: 1170}
  pool_csm: {reports_to: cs}
  account_manager: {reports_to: cs, needs: {business: 3}}
coverage:
  enterprise:
    mode: dedicated
    role: csm
    accounts_per_person: {max: 12}
    cadence: {meeting: 30d}
    funded_by: {s_and_m: expansion}
  smb:
    mode: pooled
    pool: general
    response_target: {first_response: 8bh, share: 0.9}
    funded_by: cogs
pools:
  general: {name: {ja: 一般プール, en: General pool}, members: {role: pool_csm}}
teams:
  - {key: cs}
duties:
  adoption: {accountable: {enterprise: csm, smb: general}}
  renewal: {accountable: {enterprise: account_manager, smb: general}}
  expansion: {accountable: account_manager}
renewals:
  enterprise:
    closer: account_manager
    preparer: csm
    starts: 180d
    except: [{when: "industry == '金融'", also: csm}]
  smb: {closer: general, starts: 90d}
changes: {freeze: {before_term_end: 60d}}
""".lstrip()


def make_version(*, by: User, text: str = SOUND, **given: Any) -> ModelVersion:
    """A draft of the sound model, unless `state` says otherwise."""
    values: dict[str, Any] = {
        "key": "aozora",
        "name_ja": "二つの体制",
        "name_en": "Two ways",
        "text": text,
        "written_by": by,
        "written_at": NOON,
    }
    return ModelVersion.objects.create(**values | given)


def make_handover(
    account: Account, *, giver: Member | Team, receiver: Member | Team, **given: Any
) -> Handover:
    """An open handover of adoption, by no model."""
    sides: dict[str, Any] = {
        f"{side}_{'member' if isinstance(who, Member) else 'team'}": who
        for side, who in (("giver", giver), ("receiver", receiver))
    }
    values: dict[str, Any] = {"duties": ["adoption"], "from_on": TODAY, "opened_at": NOON}
    return Handover.objects.create(account=account, **sides | values | given)
