from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path

import pytest

from banso.engines.operating.templates import template_keys, template_text
from banso.kit.commands import Impossible
from banso.rooms.coverage.actions.applying import NotTheFirst
from banso.rooms.coverage.actions.reviewing import Pin, keep_out, pin_customer
from banso.rooms.coverage.cli import COMMANDS
from banso.rooms.customers.models import FactType
from banso.rooms.identity.models import User
from banso.rooms.people.models import JobRole
from tests.factories.commands import Home, run
from tests.factories.coverage import SOUND, make_version
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.people import make_member
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(tmp_path: Path) -> Path:
    file = tmp_path / "model.yaml"
    file.write_text(SOUND, encoding="utf-8")
    return file


def test_a_sound_document_ends_with_0_and_one_with_errors_with_1(
    capsys: pytest.CaptureFixture[str], document: Path
) -> None:
    assert run(capsys, "model", "check", document, "--alone").code == 0
    document.write_text(SOUND.replace("closer: general", "closer: generl"), encoding="utf-8")
    answer = run(capsys, "model", "check", document, "--alone", "--json")
    assert answer.code == 1
    (found,) = answer.told["findings"]
    line = next(
        at for at, row in enumerate(document.read_text().splitlines(), 1) if "generl" in row
    )
    assert found | {"advice": ""} == {
        "code": "unknown_name",
        "severity": "error",
        "line": line,
        "column": found["column"],
        "path": ["renewals", "smb", "closer"],
        "facts": {"kind": "holder", "name": "generl"},
        "offers": ["general"],
        "message": "“generl” is not the name of anything here.",
        "advice": "",
    }
    assert answer.told["sound"] is False


def test_a_file_that_is_not_there_ends_with_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    answer = run(capsys, "model", "check", tmp_path / "none.yaml", "--alone")
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert run(capsys, "model", "template", "show", "unheard-of").code == 2


def test_templates_are_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    listed = run(capsys, "model", "template", "list", "--json").told["templates"]
    assert [each["key"] for each in listed] == list(template_keys())
    assert all(each.keys() == {"key", "name", "fits"} and all(each.values()) for each in listed)
    key = template_keys()[0]
    assert run(capsys, "model", "template", "show", key).out.rstrip() == template_text(key).rstrip()
    plain = run(capsys, "model", "template", "list").out.splitlines()
    assert [line.split()[0] for line in plain] == list(template_keys())


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "model", "schema").told["title"] == "Model"


def shown(capsys: pytest.CaptureFixture[str], *words: str | Path, code: int = 0) -> str:
    """What the command says in the test's own database, which is no home of its own."""
    parser = ArgumentParser()
    COMMANDS[0].arguments(parser)
    asked = parser.parse_args([*map(str, words)])
    assert COMMANDS[0].run(asked) == code
    return capsys.readouterr().out


def test_a_document_is_read_aloud_with_todays_customers(
    capsys: pytest.CaptureFixture[str], document: Path
) -> None:
    make_fact("arr", FactType.MONEY)
    make_account(external_id="c1", facts={"arr": 9_000_000})
    told = json.loads(shown(capsys, "show", document, "--json"))["segments"]
    assert [(each["key"], each["accounts"], each["arr_minor"]) for each in told] == [
        ("enterprise", 1, 9_000_000),
        ("smb", 0, 0),
    ]
    assert "Each customer has one CSM of its own." in shown(capsys, "show", document)
    assert "0 errors" in shown(capsys, "check", document)
    document.write_text("a: 1", encoding="utf-8")
    with pytest.raises(Impossible):
        shown(capsys, "show", document)


def test_a_document_is_planned_applied_and_undone(
    capsys: pytest.CaptureFixture[str], document: Path
) -> None:
    make_fact("arr", FactType.MONEY)
    make_account(external_id="c1", facts={"arr": 100})
    lacking = json.loads(shown(capsys, "plan", document, "--json", code=1))["lacking"]
    assert [(each["duty"], each["accounts"]) for each in lacking] == [("Expansion", 1)]
    assert "nobody (Account manager)" in shown(capsys, "plan", document, code=1)
    make_member(handle="am", name="森 営", job_role=JobRole.ACCOUNT_MANAGER)
    for number in range(3):
        make_member(handle=f"p{number}", job_role=JobRole.POOL_CSM)
    told = json.loads(shown(capsys, "plan", document, "--json"))
    assert (told["moves"], told["accounts"], told["is_whole"]) == (3, 1, True)
    assert "SMB Expansion: - > 森 営" in shown(capsys, "plan", document)
    applied = json.loads(shown(capsys, "apply", document, "--json"))
    assert applied == {"moves": 3, "accounts": 1, "kept": 0}
    assert json.loads(shown(capsys, "undo", "--json")) == {"version": "aozora", "kept": 0}
    assert "3 duties of 1 accounts" in shown(capsys, "apply", document)
    assert "aozora is taken back" in shown(capsys, "undo")
    with pytest.raises(Impossible):
        shown(capsys, "undo")
    document.write_text(SOUND.replace("arr >=", "ar >="), encoding="utf-8")
    with pytest.raises(Impossible):
        shown(capsys, "plan", document)


def test_what_asks_for_this_company_needs_a_home(tmp_path: Path, document: Path) -> None:
    nowhere = Home(tmp_path / "nowhere")
    try:
        assert nowhere.banso("model", "check", document).code == 2
        assert nowhere.banso("model", "check", document, "--alone").code == 0
    finally:
        nowhere.close()


def test_the_first_document_is_adopted_and_another_one_is_not(
    capsys: pytest.CaptureFixture[str], document: Path
) -> None:
    make_fact("arr", FactType.MONEY)
    make_member(handle="am", job_role=JobRole.ACCOUNT_MANAGER)
    make_member(handle="sato", job_role=JobRole.CSM)
    for number in range(3):
        make_member(handle=f"p{number}", job_role=JobRole.POOL_CSM)
    adopted = json.loads(shown(capsys, "adopt", document, "--json"))
    assert adopted == {"version": "aozora", "on": "2026-04-01"}
    with pytest.raises(NotTheFirst):
        shown(capsys, "adopt", document)
    assert json.loads(shown(capsys, "undo", "--json")) == {"version": "aozora", "kept": 0}
    assert "aozora is in force since 2026-04-01" in shown(capsys, "adopt", document)


def test_a_version_is_planned_and_applied_as_it_was_reviewed(
    capsys: pytest.CaptureFixture[str], operations: User, executive: User
) -> None:
    make_fact("arr", FactType.MONEY)
    kept, given = (make_account(name=name, facts={"arr": 9_000_000}) for name in ("甲", "乙"))
    top = make_account(name="丙", facts={"arr": 90_000_000})
    jobs = (JobRole.CSM, JobRole.CSM, JobRole.ACCOUNT_MANAGER, *[JobRole.POOL_CSM] * 3)
    people = [make_member(handle=f"h{at}", job_role=job) for at, job in enumerate(jobs)]
    make_holding(top, by=make_member(handle="ae", job_role=JobRole.ACCOUNT_EXECUTIVE),
                 duty="renewal")  # fmt: skip
    text = SOUND.replace("60d}}", '60d}, protected: [{when: "arr >= 50_000_000"}]}')
    version = make_version(by=operations, text=text, state="approved", reviewed_by=executive)
    keep_out(version, kept, reason="約束", by=executive, at=NOON)
    pin = Pin("csm", people[1], "経験")
    pin_customer(version, given, pin, on=TODAY, by=executive, at=NOON)
    number = ("--version", str(version.pk))
    told = json.loads(shown(capsys, "plan", *number, "--json"))
    assert [(each["account"], each["member"], each["idle"]) for each in told["settled"]] == [
        ("乙", people[1].name, ""),
        ("甲", "", ""),
    ]
    assert told["protected"] == [{"account": "丙", "agreed": 0, "needed": 2}]
    plain = shown(capsys, "plan", *number)
    assert f"甲: kept out ({executive}: 約束)" in plain
    assert f"乙: CSM > {people[1].name} ({executive}: 経験)" in plain
    assert "丙: 0 of 2 agree" in plain
    applied = json.loads(shown(capsys, "apply", *number, "--json"))
    assert applied == {"moves": 5, "accounts": 2, "kept": 2}
    with pytest.raises(Impossible):
        shown(capsys, "plan", "--version", "999999")
