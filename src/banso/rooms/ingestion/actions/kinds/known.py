"""What rows of other kinds refer to: accounts, contacts, members, and how files may name them.

An account is named by its own ID, its 法人番号, its domain or its name, folded and without its
legal form; the first of these that a row fills decides. What fits two accounts is nobody's.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from banso.engines.basis.cells import as_email
from banso.engines.basis.japanese import company_key
from banso.rooms.customers.models import Account, Contact
from banso.rooms.customers.queries.former import current_ids
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.points import Field
from banso.rooms.people.queries import named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from banso.rooms.ingestion.points import Row

ACCOUNT_ID_HEADERS = (
    "顧客ID",
    "取引先ID",
    "取引先コード",
    "得意先コード",
    "顧客コード",
    "企業ID",
    "account id",
    "customer id",
    "company id",
)
ACCOUNT_FIELDS: Final = (
    Field(
        key="account",
        label=_("Account ID"),
        read=reading.text(100),
        required=True,
        blank="",
        column="account.external_id",
        headers=ACCOUNT_ID_HEADERS,
    ),
    Field(
        key="account_number",
        label=_("Account's corporate number"),
        read=reading.number_of_company,
        blank="",
        instead_of="account",
        headers=("顧客法人番号", "account corporate number"),
    ),
    Field(
        key="account_domain",
        label=_("Account's domain"),
        read=reading.domain,
        blank="",
        instead_of="account",
        headers=("顧客ドメイン", "account domain", "company domain name"),
    ),
    Field(
        key="account_name",
        label=_("Account's name"),
        read=reading.text(200),
        blank="",
        instead_of="account",
        headers=(
            "顧客名",
            "取引先名",
            "会社名",
            "企業名",
            "account name",
            "company name",
            "customer name",
            "company",
        ),
    ),
)
CONTACT_FIELDS: Final = (
    Field(
        key="contact",
        label=_("Contact ID"),
        read=reading.text(100),
        blank="",
        instead_of="account",
        column="contact.external_id",
        headers=("先方担当者ID", "取引先責任者ID", "連絡先ID", "contact id"),
    ),
    Field(
        key="contact_email",
        label=_("Contact's mail address"),
        read=as_email,
        blank="",
        instead_of="account",
        headers=("先方担当者メール", "contact email", "customer email"),
    ),
)
MEMBER_FIELD: Final = Field(
    key="member",
    label=_("Our member"),
    read=reading.text(200),
    blank="",
    column="member.handle",
    headers=("担当者", "当社担当者", "対応者", "社員ID", "owner", "assigned to", "agent", "member"),
)
_COLUMNS: Final = {"number": "corporate_number", "domain": "domain", "name": "name_key"}


def resolve_accounts(rows: Sequence[Row], *, which: str = "account") -> None:
    """Turn what each row says of its account into its `account`, our id; None where it says
    nothing.

    An account that is not known, or that could be several, is a fault. `which` is the field of the
    own ID, and begins the others' names.
    """
    ids = current_ids({row.values[which] for row in rows if row.values.get(which)})
    by_key = {f"{which}_{said}": column for said, column in _COLUMNS.items()}
    others = {key: _accounts_by(which, key, column, rows) for key, column in by_key.items()}
    for row in rows:
        said = {key: row.values.pop(key, "") for key in (which, *by_key)}
        key = next((key for key, text in said.items() if text), "")
        row.values[which] = None
        if key == which:
            found = [ids[said[key]]] if said[key] in ids else []
            _settle(row, which, (key, said[key]), found)
        elif key:
            found = others[key][_spelled(by_key[key], said[key])]
            _settle(row, which, (key, said[key]), found)


def _spelled(column: str, text: str) -> str:
    return company_key(text)[:200] if column == "name_key" else text


def _accounts_by(which: str, key: str, column: str, rows: Sequence[Row]) -> dict[str, list[int]]:
    asked = {
        _spelled(column, row.values[key])
        for row in rows
        if row.values.get(key) and not row.values.get(which)
    }
    found: dict[str, list[int]] = defaultdict(list)
    if asked:
        accounts = Account.objects.filter(**{f"{column}__in": asked}).order_by("pk")
        for value, pk in accounts.values_list(column, "pk"):
            found[value].append(pk)
    return found


def _settle(row: Row, which: str, said: tuple[str, str], found: Sequence[int]) -> None:
    key, text = said
    if len(found) == 1:
        row.values[which] = found[0]
    elif found:
        row.reject(key, "ambiguous_account", named=text, number=len(found))
    else:
        row.reject(key, "unknown_account", named=text)


def require_accounts(rows: Iterable[Row]) -> None:
    """A row that names no account, by itself or by what it refers to, can't come in."""
    for row in rows:
        if row.values.get("account") is None and not row.faults:
            row.reject("account", "missing")


def resolve_contacts(rows: Sequence[Row]) -> None:
    """Turn each row's contact into our id; a contact tells the account of a row that names none.

    Somebody unknown is no reason to lose the row: it comes in without a contact, with a warning.
    """
    by_id = _contacts_by("external_id", "contact", rows)
    by_mail = _contacts_by("email", "contact_email", rows)
    for row in rows:
        if not {"contact", "contact_email"} & row.values.keys():
            continue
        contact, mail = row.values.pop("contact", ""), row.values.pop("contact_email", "")
        row.values["contact_id"] = None
        if contact:
            _settle_contact(row, "contact", contact, by_id.get(contact, []))
        elif mail:
            _settle_contact(row, "contact_email", mail, by_mail.get(mail, []))


def _contacts_by(column: str, key: str, rows: Sequence[Row]) -> dict[str, list[tuple[int, int]]]:
    asked = {row.values[key] for row in rows if row.values.get(key)}
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    if asked:
        people = Contact.objects.filter(**{f"{column}__in": asked}).order_by("pk")
        for value, pk, account in people.values_list(column, "pk", "account_id"):
            found[value].append((pk, account))
    return found


def _settle_contact(row: Row, key: str, text: str, found: Sequence[tuple[int, int]]) -> None:
    account = row.values.get("account")
    here = [pk for pk, of in found if account in (None, of)]
    if found and not here and key == "contact":
        row.reject(key, "contact_of_another_account", named=text)
    elif len(here) == 1:
        row.values["contact_id"] = here[0]
        row.values["account"] = next(of for pk, of in found if pk == here[0])
    else:
        row.warn(key, "unknown_contact", named=text)


def resolve_members(rows: Sequence[Row]) -> None:
    """Turn each row's member into our id; somebody unknown is a warning, as with contacts."""
    called = {row.values["member"] for row in rows if row.values.get("member")}
    people: dict[str, Any] = named(called) if called else {}
    for row in rows:
        if "member" not in row.values:
            continue
        text = row.values.pop("member")
        member = people.get(text.lower())
        row.values["member_id"] = member.pk if member else None
        if text and member is None:
            row.warn("member", "unknown_member", named=text)


def reject_repeats(rows: Sequence[Row], about: str, key_of: Callable[[Row], object]) -> None:
    """Rows of one batch that turn out to be one thing, named in two ways: only the first stays."""
    first: dict[object, int] = {}
    for row in rows:
        if row.faults:
            continue
        key = key_of(row)
        if first.setdefault(key, row.number) != row.number:
            row.reject(about, "repeated_id", first=first[key])
