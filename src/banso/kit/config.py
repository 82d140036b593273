"""The settings of the installation: one table, read from the environment once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from banso.engines.basis.faults import CellFault
from banso.engines.basis.money import minor_digits
from banso.engines.basis.notices import as_notice
from banso.engines.basis.working_time import office_hours
from banso.kit.working_days import closed_days

PREFIX = "BANSO_"
FLAG_WORDS = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


class BadSetting(ValueError):
    """An environment variable holds something its setting can't be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Each field is read from `BANSO_` + its name in capitals. docs/operating.md explains each
    one.
    """

    home: Path = Path("var")
    database_url: str = ""
    secret_key: str = ""
    debug: bool = False
    hosts: str = "localhost,127.0.0.1,[::1]"
    bind: str = "127.0.0.1:8000"
    https: bool = False
    company: str = ""
    currency: str = "JPY"
    time_zone: str = "Asia/Tokyo"
    fiscal_start_month: int = 4
    language: str = "ja"
    smtp_url: str = ""
    mail_from: str = "banso@localhost"
    demo: bool = False
    api_calls: int = 1_200  # of one key in a minute
    inbox: str = ""  # a folder from which files are taken in
    holidays: str = "JP"  # the country whose public holidays are no working days
    closed_days: str = "12-29..01-03"  # of every year
    office_hours: str = "09:00-12:00,13:00-18:00"  # in which response targets run
    renewal_months: int = 15  # how far ahead renewals are made
    price_notice: str = "30d"  # before the customer's deadline, where the contract is silent

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Config:
        """Settings absent from the environment keep their defaults; a wrong value is refused by
        name.
        """
        kinds = get_type_hints(cls)
        given = {
            field.name: _read(environ[PREFIX + field.name.upper()], field.name, kinds[field.name])
            for field in fields(cls)
            if environ.get(PREFIX + field.name.upper(), "") != ""
        }
        config = cls(**given)  # type: ignore[arg-type]
        for name, (is_right, words) in CHECKS.items():
            if not is_right(getattr(config, name)):
                raise BadSetting(f"{PREFIX}{name.upper()} must be {words}.")
        return config


def _is_month(number: int) -> bool:
    return 1 <= number <= 12


def _is_count(number: int) -> bool:
    return number >= 1


def _is_currency(code: str) -> bool:
    try:
        minor_digits(code)
    except CellFault:
        return False
    return True


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, no name at all, or a folder of zones
        return False
    return True


def _is_bind(text: str) -> bool:
    host, _colon, port = text.rpartition(":")
    return host != "" and port.isdecimal() and 1 <= int(port) <= 65_535


def _address(url: str, schemes: Collection[str]) -> SplitResult | None:
    """The parts of an address of one of these schemes; None for anything else."""
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in schemes and parts.port != 0
    except ValueError:  # a port that is none
        return None
    return parts if is_right else None


def _is_database(url: str) -> bool:
    parts = _address(url, {"postgresql"})
    return url == "" or (parts is not None and parts.path.strip("/") != "")


def _is_whole_path(path: str) -> bool:
    return path == "" or Path(path).is_absolute()


def _is_country(code: str) -> bool:
    return re.fullmatch("([A-Z]{2})?", code) is not None


def _are_days(text: str) -> bool:
    try:
        closed_days(text)
    except ValueError:
        return False
    return True


def _are_hours(text: str) -> bool:
    try:
        office_hours(text)
    except ValueError:
        return False
    return True


def _is_notice(text: str) -> bool:
    try:
        return as_notice(text).amount > 0
    except CellFault:
        return False


def _is_mail_server(url: str) -> bool:
    parts = _address(url, {"smtp", "smtps"})
    return url == "" or (parts is not None and bool(parts.hostname))


CHECKS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "fiscal_start_month": (_is_month, "a month from 1 to 12"),
    "api_calls": (_is_count, "a number from 1"),
    "currency": (_is_currency, "the code of a currency in use, such as JPY or USD"),
    "language": (("ja", "en").__contains__, "ja or en"),
    "time_zone": (_is_time_zone, "the name of a time zone, such as Asia/Tokyo"),
    "bind": (_is_bind, "an address and a port, such as 127.0.0.1:8000"),
    "database_url": (_is_database, "empty or like postgresql://user:password@host:5432/name"),
    "inbox": (_is_whole_path, "empty or a folder's whole path, such as /srv/banso/inbox"),
    "holidays": (_is_country, "empty or a country's two capital letters, such as JP"),
    "closed_days": (_are_days, "empty or days of the year like 12-29..01-03,08-13"),
    "office_hours": (_are_hours, "stretches of a day like 09:00-12:00,13:00-18:00"),
    "renewal_months": (_is_count, "a number from 1"),
    "price_notice": (_is_notice, "a time before a day, such as 30d, 10bd, 1m or 2me"),
    "smtp_url": (_is_mail_server, "empty or like smtp://user:password@host:587, or smtps"),
}


def _read(text: str, name: str, kind: type) -> object:
    try:
        return FLAG_WORDS[text.strip().lower()] if kind is bool else kind(text)
    except (KeyError, ValueError) as fault:
        raise BadSetting(f"{PREFIX}{name.upper()} can't be {text!r}.") from fault
