"""Parts of an account's page that other rooms contribute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User


class AccountPanel(Protocol):
    """A part of the account's page, contributed by a room.

    `place` is one of "name" (a badge beside the account's name), "who", "next", "below"; lower
    `position` stands first. Panels of the place
    "renewal" stand beside the form in which an outcome of the account's renewal is recorded.
    """

    key: str
    place: str
    position: int
    template: str

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        """What the template prints; the viewer's right to see the account has been checked."""
        ...


account_panels: list[AccountPanel] = []


def add_panel(panel: AccountPanel) -> None:
    account_panels.append(panel)
    account_panels.sort(key=lambda each: (each.place, each.position, each.key))
