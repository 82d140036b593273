"""The command that evens the books of each role: what it finds, tells and refuses."""

from __future__ import annotations

import json
import signal
from argparse import ArgumentParser
from dataclasses import replace

import numpy as np
import pytest

from banso.engines.assignment.budget import Watch
from banso.engines.assignment.faults import Code, Fault
from banso.engines.assignment.limits import broken_limits
from banso.kit.commands import Impossible, until_interrupted
from banso.rooms.coverage.cli import COMMANDS
from banso.rooms.coverage.queries.dealing import searched
from banso.rooms.coverage.queries.evening import BrokenCap, Limits, Wanted, balanced, limits_of
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from tests.factories.pages import browser
from tests.factories.when import TODAY
from tests.rooms.coverage.balances import hold, known, plain, said
from tests.rooms.coverage.reviews import NEAR, Company, customer

pytestmark = pytest.mark.django_db


def test_the_command_prints_the_best_books_beside_their_bound(
    accounts: dict[str, Account], capsys: pytest.CaptureFixture[str]
) -> None:
    [told] = json.loads(said(capsys, "--seconds", "3", "--json"))["roles"]
    assert (told["role"], told["accounts"], told["proved"]) == ("csm", 12, True)
    assert (told["limits"], told["limits_broken"]) == ("kept", [])
    assert told["bound"] <= told["objective"] < told["objective_before"]
    assert told["spread"]["accounts"]["before"] == pytest.approx(10 / 6)
    assert {(move["from"], move["to"]) for move in told["moves"]} == {("sato", "ito")}
    held = {each["member"]: each["accounts"]["after"] for each in told["members"]}
    assert sum(held.values()) == 12
    assert said(capsys, "--seconds", "3", "--role", "csm").startswith("csm: objective")


def test_the_command_names_whose_cap_cannot_be_kept(
    accounts: dict[str, Account], company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    for n in range(13):
        hold(customer(f"near{n}", ends=NEAR), company["sato"])
    [told] = json.loads(said(capsys, "--seconds", "1", "--json", code=1))["roles"]
    assert told["limits"] == "impossible"
    assert told["limits_broken"] == [
        {"limits": "impossible", "member": "sato", "account": "", "measure": "accounts",
         "load": 13.0, "limit": 12.0}
    ]  # fmt: skip
    assert (told["objective_before"], told["gap"]) == (None, 0.0)
    assert "limits impossible: sato 13 of 12" in said(capsys, "--seconds", "1", code=1)


def test_caps_not_kept_are_told_apart_from_caps_that_cannot_be(
    accounts: dict[str, Account], operations: User
) -> None:
    problem = known(operations).problem
    limit = np.array([[8.0, np.inf]] * 2)
    tight = replace(problem, bands=problem.bands._replace(limit=limit))
    found, clash = searched(tight, seconds=1)
    assert (limits_of(found, impossible=clash), clash) == ((Limits.KEPT, []), ())
    stuck = replace(found, holders=problem.owner, broken=broken_limits(tight, problem.owner))
    cap = BrokenCap(
        limits=Limits.NOT_FOUND, member="sato", measure="accounts", load=10.0, limit=8.0
    )
    assert limits_of(stuck, impossible=()) == (Limits.NOT_FOUND, [cap])
    fault = Fault(code=Code.NOBODY_ELIGIBLE, account=str(accounts["c0"].pk))
    lonely = BrokenCap(limits=Limits.IMPOSSIBLE, account="c0")
    assert limits_of(found, impossible=[fault]) == (Limits.IMPOSSIBLE, [lonely])
    assert limits_of(stuck, impossible=[fault]) == (Limits.IMPOSSIBLE, [lonely, cap])
    wide = Fault(code=Code.BEYOND_LIMIT, member="sato", field="accounts", load=9.0, limit=6.0)
    [merged] = limits_of(stuck, impossible=[wide])[1]
    assert (merged.limits, merged.load, merged.limit) == (Limits.IMPOSSIBLE, 10.0, 6.0)


def test_who_is_waiting_may_end_the_search_and_sees_how_far_it_is(
    accounts: dict[str, Account],
    operations: User,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_a_terminal = signal.signal(signal.SIGINT, signal.default_int_handler)
    with until_interrupted() as is_interrupted:
        assert is_interrupted() is False
        signal.raise_signal(signal.SIGINT)
        wanted = Wanted(role="csm", within="", seconds=600.0, seed=0)
        watch = Watch(cancelled=is_interrupted)
        found = balanced(wanted=wanted, by=operations, on=TODAY, watch=watch)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, at_a_terminal)
    assert found is not None
    assert [each.as_json()["ending"] for each in found] == ["cancelled"]
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    parser = ArgumentParser()
    COMMANDS[0].arguments(parser)
    COMMANDS[0].run(parser.parse_args(["balance", "--seconds", "1", "--json"]))
    told = capsys.readouterr()
    assert "\rprices 0%" in told.err
    assert "\rproof 100%" in told.err
    assert json.loads(told.out)["roles"][0]["ending"] == "proved"


def test_the_cost_of_books_with_somebody_without_anybody_is_no_cost_to_compare(
    accounts: dict[str, Account], capsys: pytest.CaptureFixture[str], operations: User
) -> None:
    assert " of " in said(capsys, "--seconds", "1").splitlines()[0]
    customer("free")
    [told] = json.loads(said(capsys, "--seconds", "1", "--json"))["roles"]
    assert (told["objective_before"], told["proved"]) == (None, True)
    assert " of " not in said(capsys, "--seconds", "1").splitlines()[0]
    client = browser(operations)
    client.post("/model/balance/csm/search/")
    page = plain(client.get("/model/balance/"))
    assert "Cost of today's books– Some customers have nobody, or a cap is not kept" in page


@pytest.mark.parametrize("words", [("--role", "nobody"), ("--within", "北"), ("--seconds", "0")])
def test_the_command_refuses_what_it_cannot_compare(
    accounts: dict[str, Account], capsys: pytest.CaptureFixture[str], words: tuple[str, str]
) -> None:
    with pytest.raises(Impossible):
        said(capsys, *words)
