"""How an act is marked and how it says no."""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.forms import BaseForm

P = ParamSpec("P")
R = TypeVar("R")


class Refused(Exception):
    """An act that may not happen as things stand. The message is a sentence for the person."""


@contextmanager
def refusals_on(form: BaseForm) -> Iterator[None]:
    """A refused act becomes an error of the form that asked for it; nothing else is swallowed."""
    try:
        yield
    except Refused as refusal:
        form.add_error(None, str(refusal))


def upkeep(act: Callable[P, R]) -> Callable[P, R]:
    """Mark housekeeping that no person did (ticks, refreshes): atomic, and not in the journal."""

    @wraps(act)
    def atomic_act(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic():
            return act(*args, **kwargs)

    return atomic_act
