"""`banso model`: check a document, see what it would change, carry it out, take a template."""

from __future__ import annotations

import sys
from dataclasses import asdict
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate, now

from banso.engines.assignment.budget import Progress, Watch
from banso.engines.operating.checks import is_sound
from banso.engines.operating.document import json_schema
from banso.engines.operating.reading import read
from banso.engines.operating.templates import (
    UnknownTemplate,
    template,
    template_keys,
    template_text,
)
from banso.kit.commands import (
    DONE,
    FINDINGS,
    Command,
    Home,
    Impossible,
    say,
    say_json,
    until_interrupted,
)
from banso.rooms.coverage.actions.applying import adopt_model, apply_model, take_back_model
from banso.rooms.coverage.actions.versions import accept_model
from banso.rooms.coverage.queries.checking import checked, checked_alone, in_segments
from banso.rooms.coverage.queries.planning import plan_of
from banso.rooms.coverage.queries.plans_told import told_plan
from banso.rooms.coverage.queries.reviewing import UNREVIEWED, reviewed
from banso.rooms.coverage.queries.sentences import Reader, said
from banso.rooms.coverage.queries.versions import in_force, version_by_number
from banso.rooms.coverage.queries.wording import findings_for_programs, told
from banso.rooms.customers.queries.rules import rule_language
from banso.rooms.identity.actions import system_user

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from banso.rooms.coverage.models import ModelVersion
    from banso.rooms.coverage.queries.checking import Checked
    from banso.rooms.coverage.queries.evening import Balanced
    from banso.rooms.coverage.queries.plans_told import PlanTold, Settled

OURS = frozenset({"show", "plan", "apply", "adopt", "undo", "balance"})
BALANCE = (
    "How even the books of each role are, and the best way to even them that a search finds in "
    "the time: its objective beside the bound that no way of dealing can beat, and each move with "
    "who was next. The gap is (objective - bound) / objective, which part of it another way could "
    "save at most. With --json, `objective_before` is null where today's books can't be held "
    "against it: a customer has nobody, or a cap isn't kept. `limits` says what became of the "
    "model's caps: kept; impossible, as no way of dealing keeps them; or not_found, as the search "
    "didn't find how in the time. `limits_broken` says the same of each cap that isn't kept, and "
    "names the member with what she holds and what she may, or the account that caps leave nobody "
    "for; a member of no name is all of them together. Exit code 1 where it isn't empty. Ctrl-C "
    "ends the search with the best so far."
)
REVIEWED = frozenset({"plan", "apply"})


def _arguments(parser: ArgumentParser) -> None:
    asked = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    on_file = {
        "check": "what is wrong with a document",
        "show": "a document in sentences, with today's customers",
        "plan": "what carrying a document out would change today",
        "apply": "carry a document out from today on",
        "adopt": "put the first document in force as what is done already; nobody moves",
    }
    commands = {name: asked.add_parser(name, help=words) for name, words in on_file.items()}
    for name, command in commands.items():
        if name in REVIEWED:  # a version of this company as it was reviewed, in place of a file
            which_one = command.add_mutually_exclusive_group(required=True)
            which_one.add_argument("file", type=Path, metavar="FILE", nargs="?")
            which_one.add_argument(
                "--version",
                type=int,
                metavar="NUMBER",
                help="as kept and reviewed here; its page's address says which",
            )
        else:
            command.add_argument("file", type=Path, metavar="FILE")
    alone = "by itself: its own attributes are taken for given, people and customers aren't asked"
    commands["check"].add_argument("--alone", action="store_true", help=alone)
    undo = asked.add_parser("undo", help="take back what was applied last")
    balance = asked.add_parser(
        "balance", help="how even books are, and the best way to even them", description=BALANCE
    )
    balance.add_argument("--within", metavar="TEAM", default="", help="only its people")
    balance.add_argument("--role", metavar="ROLE", default="", help="only this role of the model")
    balance.add_argument(
        "--seconds", type=float, default=10.0, metavar="N", help="how long to search for each role"
    )
    balance.add_argument(
        "--continuity",
        type=float,
        default=1.0,
        metavar="N",
        help="what a change of hands weighs against even books; 1 is usual, 0 nothing",
    )
    balance.add_argument("--seed", type=int, default=0, metavar="N", help="of the search")
    templates = asked.add_parser("template", help="models to begin with")
    which = templates.add_subparsers(dest="which", required=True, metavar="WHICH")
    listed = which.add_parser("list", help="all of them, and whom each fits")
    one = which.add_parser("show", help="the text of one")
    one.add_argument("key", metavar="KEY")
    schema = asked.add_parser("schema", help="the JSON Schema of the document")
    for each in (*commands.values(), undo, balance, listed, one, schema):
        each.add_argument("--json", action="store_true", help="print one JSON object")


def _model(asked: Namespace) -> int:
    if asked.what == "template":
        return _list(asked) if asked.which == "list" else _show_template(asked)
    acts = {"check": _check, "show": _show, "plan": _plan, "apply": _apply, "adopt": _adopt,
            "undo": _undo, "balance": _balance, "schema": _schema}  # fmt: skip
    return acts[asked.what](asked)


def _check(asked: Namespace) -> int:
    """Exit code 0 without errors, 1 with, 2 where there is no such file."""
    text = _text(asked.file)
    found = (checked_alone if asked.alone else checked)(text, on=localdate())
    findings = found.findings
    if asked.json:
        say_json({"sound": is_sound(findings), "findings": findings_for_programs(findings)})
    else:
        for each in map(told, findings):
            where = f"{asked.file}:{each.finding.line}" if each.finding.line else str(asked.file)
            say(f"{where}: {each.severity}: {each.sentence} {each.advice}".rstrip())
        _conclude(found)
    return DONE if is_sound(findings) else FINDINGS


def _conclude(found: Checked) -> None:
    errors = sum(each.severity.name == "ERROR" for each in found.findings)
    say(f"{errors} errors, {len(found.findings) - errors} warnings and notices")


def _show(asked: Namespace) -> int:
    model = read(_text(asked.file)).model
    if model is None:
        raise Impossible(f"{asked.file} is no operating model: see banso model check")
    spoken = rule_language()
    segments = Reader(model, spoken, in_segments(model, spoken, on=localdate())).segments()
    if asked.json:
        say_json(
            {
                "segments": [
                    {
                        "key": each.key,
                        "accounts": each.held.accounts if each.held else None,
                        "arr_minor": each.held.arr_minor if each.held else None,
                        "served": each.served,
                        "renewing": each.renewing,
                    }
                    for each in segments
                ]
            }
        )
        return DONE
    for each in segments:
        say(f"{each.name} ({each.who}): {each.held.accounts if each.held else '-'}")
        for sentence in (*each.served, *each.renewing):
            say(f"  {sentence}")
    return DONE


def _plan(asked: Namespace) -> int:
    """Exit code 1 where it can't be carried out as it is."""
    version = _version(asked)
    found = checked(version.text if version else _text(asked.file), on=localdate())
    model = found.document.model
    if model is None or not is_sound(found.findings):
        raise Impossible(f"{version or asked.file} has errors: see banso model check")
    settled = reviewed(version) if version else UNREVIEWED
    planned = plan_of(model, on=localdate(), reviewed=settled)
    plan = told_plan(planned, Reader(model, rule_language(), {}))
    if asked.json:
        say_json(_plan_as_json(plan))
    else:
        _say_plan(plan)
    return DONE if plan.is_whole else FINDINGS


def _say_plan(plan: PlanTold) -> None:
    for each in plan.passing:
        passing = f"{each.segment} {each.duty}: {each.giver or '-'} > {each.receiver}"
        say(f"{each.accounts:7} {passing}")
    for stays in plan.staying:
        say(f"{stays.accounts:7} {stays.reason}")
    for settled in plan.settled:
        say(f"        {_settled(settled)}")
    for protected in plan.guarded:
        agreed = f"{len(protected.leaders)} of {protected.needed} agree"
        say(f"        {protected.account.name}: {agreed}")
    for lack in plan.lacking:
        say(f"{lack.accounts:7} {lack.segment} {lack.duty}: nobody ({lack.holder})")


def _settled(each: Settled) -> str:
    found = each.reservation
    what = f"{each.role} > {found.member.name}" if found.member else "kept out"
    return f"{found.account.name}: {what} ({found.by}: {found.reason}) {each.idle}".rstrip()


def _version(asked: Namespace) -> ModelVersion | None:
    """The version asked for by its number; None where a file is."""
    if asked.version is None:
        return None
    found = version_by_number(asked.version)
    if found is None:
        raise Impossible(f"there is no version {asked.version}")
    return found


def _plan_as_json(plan: PlanTold) -> dict[str, Any]:
    counts = ("customers", "moves", "accounts", "people", "outside", "is_whole")
    return {
        **{name: getattr(plan, name) for name in counts},
        "passing": [asdict(each) for each in plan.passing],
        "lacking": [asdict(each) for each in plan.lacking],
        "staying": [{"reason": each.reason, "accounts": each.accounts} for each in plan.staying],
        "settled": [
            {
                "account": each.reservation.account.name,
                "role": each.role,
                "member": each.reservation.member.name if each.reservation.member else "",
                "reason": each.reservation.reason,
                "by": str(each.reservation.by),
                "idle": each.idle,
            }
            for each in plan.settled
        ],
        "protected": [
            {"account": each.account.name, "agreed": len(each.leaders), "needed": each.needed}
            for each in plan.guarded
        ],
    }


def _apply(asked: Namespace) -> int:
    """Whoever may run this command answers for the version: no second person reviews it."""
    at, today = now(), localdate()
    with transaction.atomic():
        by = system_user(at=at)
        version = _version(asked) or accept_model(_text(asked.file), by=by, at=at, on=today)
        done = apply_model(version, on=today, by=by, at=at)
    if asked.json:
        say_json({"moves": done.moves, "accounts": done.accounts, "kept": done.kept})
    else:
        say(f"{done.moves} duties of {done.accounts} accounts passed on, {done.kept} kept")
    return DONE


def _adopt(asked: Namespace) -> int:
    """As with `apply`, no second person reviews the version."""
    at, today = now(), localdate()
    with transaction.atomic():
        by = system_user(at=at)
        version = accept_model(_text(asked.file), by=by, at=at, on=today)
        done = adopt_model(version, on=today, by=by, at=at)
    if asked.json:
        say_json({"version": version.key, "on": done.on.isoformat()})
    else:
        say(f"{version.key} is in force since {done.on}, nobody moved")
    return DONE


def _undo(asked: Namespace) -> int:
    last = in_force()
    if last is None:
        raise Impossible("no model is in force")
    at = now()
    kept = take_back_model(last, by=system_user(at=at), at=at)
    if asked.json:
        say_json({"version": last.version.key, "kept": kept})
    else:
        say(f"{last.version.key} is taken back, {kept} holders had changed since")
    return DONE


def _balance(asked: Namespace) -> int:
    """Exit code 1 where the model's caps aren't kept."""
    # loads the solvers, which take a second that no other command should wait for
    from banso.rooms.coverage.queries.evening import Wanted, balanced  # noqa: PLC0415

    if asked.seconds <= 0:
        raise Impossible("--seconds wants a number above 0")
    if not 0 <= asked.continuity < inf:
        raise Impossible("--continuity wants a number of 0 or more")
    with until_interrupted() as is_interrupted:
        found = balanced(
            wanted=Wanted(asked.role, asked.within, asked.seconds, asked.seed, asked.continuity),
            by=system_user(at=now()),
            on=localdate(),
            watch=Watch(cancelled=is_interrupted, progress=_tell),
        )
    if found is None:
        raise Impossible("no model is in force: see banso model apply")
    if not found:
        raise Impossible("no such books: two people or more who hold customers by themselves")
    if asked.json:
        say_json({"roles": [each.as_json() for each in found]})
    else:
        for each in found:
            _say_balance(each)
    return FINDINGS if any(each.limits_broken for each in found) else DONE


def _tell(progress: Progress) -> None:
    """How far the search is, for who waits at a terminal; the next line takes its place."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{progress.stage} {progress.share:.0%}\x1b[K\r")


def _say_balance(each: Balanced) -> None:
    known = "no gap known" if each.gap is None else f"gap {each.gap:.2%}"
    proved = "proved best" if each.ending == "proved" else known
    today = "" if each.objective_before is None else f" of {each.objective_before:.2f} today"
    say(f"{each.role}: objective {each.objective:.2f}{today}, bound {each.bound:.2f}, {proved}")
    for cap in each.limits_broken:
        what = cap.account or f"{cap.member or 'all together'} {cap.load:g} of {cap.limit:g}"
        say(f"  limits {cap.limits}: {what}")
    for measure, (before, after) in each.spread.items():
        say(f"  {measure}: {_times(before)} > {_times(after)}")
    for move in each.moves:
        say(f"  {move.account}: {move.giver or '-'} > {move.receiver}")


def _times(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.2f}"


def _list(asked: Namespace) -> int:
    models = {key: template(key) for key in template_keys()}
    listed = [
        {
            "key": key,
            "name": said(model.name) if model.name else key,
            "fits": said(model.fits) if model.fits else "",
        }
        for key, model in models.items()
    ]
    if asked.json:
        say_json({"templates": listed})
    else:
        for each in listed:
            say(f"{each['key']:24} {each['name']}")
    return DONE


def _show_template(asked: Namespace) -> int:
    try:
        text = template_text(asked.key)
    except UnknownTemplate as fault:
        raise Impossible(f"no template {asked.key}: see banso model template list") from fault
    if asked.json:
        say_json({"key": asked.key, "text": text})
    else:
        say(text.rstrip())
    return DONE


def _schema(asked: Namespace) -> int:
    say_json(json_schema())
    return DONE


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise Impossible(f"{file} can't be read: {fault}") from fault


def _home(asked: Namespace) -> Home:
    """Only what is told of this company needs one."""
    tells_of_us = asked.what in OURS or (asked.what == "check" and not asked.alone)
    return Home.READ if tells_of_us else Home.NOT_NEEDED


COMMANDS = (
    Command(
        name="model",
        help="how customer success is done: check, plan, apply or undo a document; templates",
        run=_model,
        arguments=_arguments,
        home=_home,
    ),
)
