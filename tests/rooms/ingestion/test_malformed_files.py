"""Files as they must not be: whatever they hold, rows come in whole or are told; nothing breaks.

The files are drawn from a seed: columns of every kind in odd orders, cells that fit and cells that
don't, odd encodings. Each is checked and brought in; what became of each row must add up.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from banso.rooms.identity.models import User
from banso.rooms.ingestion.actions.imports import keep_file, receive_file
from banso.rooms.ingestion.models import Import, ImportState, RowReport
from banso.rooms.ingestion.points import Kind, in_order, kinds
from banso.rooms.ingestion.queries import first_problem
from banso.rooms.ingestion.queries.guessing import guessed_mapping
from banso.rooms.ingestion.queries.mapping import BadMapping, checked
from banso.rooms.ingestion.queries.wording import FINDINGS, fault, finding
from banso.rooms.ingestion.sources import Unreadable, open_table
from tests.factories.customers import make_account, make_contact
from tests.factories.dumps import dump_of_all
from tests.factories.ingestion import run_of
from tests.factories.nonsense import FILES_BROUGHT_IN, FILES_THROUGH_PAGES, share
from tests.factories.pages import browser
from tests.factories.people import make_member
from tests.factories.revenue import make_contract, make_line
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db

ENCODINGS = ("utf-8", "utf-8-sig", "cp932", "utf-16", "euc-jp")
FITTING = {  # by field; what is not here fits when it is empty
    **dict.fromkeys(("account", "party", "parent"), "a1"),
    **dict.fromkeys(("happened_at", "opened_at", "answered_on", "on", "ends_on"), "2026-04-01"),
    "start_on": "R8.4.1",
    "name": "旭",
    "kind": "電話",
    "survey": "NPS",
    "role": "請求先",
    "currency": "USD",
    "rate": "150.5",
    "amount": "100",
    "interval": "月額",
    "minutes": "12",
    "activity": "電話",
    "account_number": "",
    "contact": "p1",
    "member": "m1",
    "contract": "c1",
}
ODD = (
    *(
        "",
        " ",
        "　",
        "#N/A",
        "０",
        "-1",
        "1e309",
        "NaN",
        "∞",
        "9" * 40,
        "1.23456789",
        "△5",
        "12:61",
    ),
    *("2026-02-30", "03/04/2026", "0001-01-01", "9999-12-31 23:59", "令和99年13月1日", "nobody"),
    *(
        "=1+1",
        "@x",
        "'",
        '"',
        "\t",
        "\x07",
        "\ufeff",
        "#N/A\x1a",
        "\u202e",
        "😀" * 90,
        "ー" * 400,
        "a" * 25_000,
    ),
    *("123456789018", "x@", "@example.com", "http://", "+81", "<script>", "%s %(x)s", "{}", "\\"),
)


class Drawn:
    """What one seed draws: a kind, columns of it in some order, and a few rows."""

    def __init__(self, dice: np.random.Generator) -> None:
        self.dice = dice
        self.kind: Kind = self.one_of(in_order())
        named = [each for each in self.kind.fields if each.required or dice.random() < 0.5]
        dice.shuffle(named)  # type: ignore[arg-type]
        keys = [each.key for each in named]
        labels = [str(self.one_of(each.headers)) for each in named]
        for _ in range(dice.integers(0, 3)):
            keys.append("")
            labels.append(str(self.one_of(("備考", "own", "", "顧客ID", "合計"))))
        rows = [[self.cell(key) for key in keys] for _ in range(dice.integers(0, 7))]
        for row in rows:
            row[len(row) + int(self.one_of((0,) * 8 + (-1,))) :] = []
            row += ["x"] if dice.random() < 0.05 else []
        self.table = [labels, *rows, *([rows[0]] if rows and dice.random() < 0.3 else [])]

    def one_of(self, words: Sequence[object]) -> object:
        return words[int(self.dice.integers(len(words)))]

    def cell(self, key: str) -> object:
        if self.dice.random() < 0.12:
            return self.one_of(ODD)
        fresh = f"x{self.dice.integers(10_000)}" if key in {"id", "handle"} else ""
        return fresh or FITTING.get(key, "")

    def bytes(self) -> bytes:
        out = io.StringIO()
        csv.writer(out, delimiter=str(self.one_of(",,,\t;"))).writerows(self.table)
        told = out.getvalue().encode(str(self.one_of(ENCODINGS)), errors="ignore")
        if self.dice.random() < 0.1:  # cut short
            return told[: int(self.dice.integers(1, len(told) + 1))]
        return told


@pytest.fixture
def known(db: None) -> None:
    """What some of the cells name."""
    make_member(handle="m1")
    account = make_account(external_id="a1", name="株式会社旭", domain="asahi.example")
    make_account(external_id="a2", corporate_number="7000012050002")
    make_contact(account, external_id="p1")
    make_line(account, external_id="l1", contract=make_contract(account, external_id="c1"))


def received(drawn: Drawn, number: int, by: User) -> Import | None:
    """The file as an import; None where it is refused as a whole, with words in both languages."""
    kept = keep_file([drawn.bytes()], f"{number}.csv")
    refusals: set[str] = set()
    try:
        table = open_table(Path(settings.MEDIA_ROOT) / kept.path)
        mapping = guessed_mapping(drawn.kind, table.header, [row.cells for row in table.rows()])
        mapping = checked(drawn.kind, mapping, table.header)
    except Unreadable as unreadable:
        code, facts = unreadable.code, unreadable.facts
        refusals = in_both(lambda: fault(code, facts))
    except BadMapping as refused:
        refusals = {str(refused), refused.__class__.__name__}
    if refusals:
        assert len(refusals) == 2
        return None
    return receive_file(
        kept=kept, name=f"{number}.csv", kind=drawn.kind.key, mapping=mapping, by=by, at=NOON
    )


def in_both(told: object) -> set[str]:
    words = set()
    for language in ("ja", "en"):
        with translation.override(language):
            words.add(told())  # type: ignore[operator]
    return words


def carried_out(of: Import, state: ImportState, by: User) -> Import:
    """The import after a check or a commit."""
    Import.objects.filter(pk=of.pk).update(
        state=state, done_rows=0, created=0, updated=0, unchanged=0, rejected=0, warned=0
    )
    RowReport.objects.filter(of=of).delete()
    run = run_of(of, by=by)
    table = open_table(Path(settings.MEDIA_ROOT) / of.path)
    (run.check if state == ImportState.CHECKING else run.commit)(table)
    of.refresh_from_db()
    return of


def told_in_words(of: Import) -> None:
    """Every finding names a field of the kind, and its sentence is there in both languages."""
    labels = {each.key for each in kinds[of.kind].fields} | {""}
    for report in RowReport.objects.filter(of=of):
        assert report.row_number > 0
        for found in report.findings:
            assert found["code"] in FINDINGS
            own = {key for key in (found["field"],) if key not in labels}
            assert not own or kinds[of.kind].keeps_other_columns
            assert len(in_both(lambda found=found: finding(kinds[of.kind], found))) == 2


def test_malformed_files_break_nothing_and_every_row_is_accounted_for(
    known: None, operations: User
) -> None:
    dice = np.random.default_rng(20261122)
    files, brought = share(FILES_BROUGHT_IN), 0
    for number in range(files):
        of = received(Drawn(dice), number, operations)
        if of is None:
            continue
        before = dump_of_all(but=(Import, RowReport)) if number % 40 == 0 else None
        checked_as = carried_out(of, ImportState.CHECKING, operations)
        counts = (of.created, of.updated, of.unchanged, of.rejected)
        assert (checked_as.state, sum(counts)) == (ImportState.CHECKED, of.total_rows)
        if before is not None:
            assert dump_of_all(but=(Import, RowReport)) == before
        carried_out(of, ImportState.COMMITTING, operations)
        assert sum((of.created, of.updated, of.unchanged, of.rejected)) == of.total_rows
        told_in_words(of)
        brought += of.created + of.updated
    assert brought > files // 20  # or the seed would prove nothing


def test_malformed_files_go_through_the_pages(known: None, operations: User) -> None:
    """Uploaded, checked and looked at; who is refused reads the name of the file."""
    dice, client = np.random.default_rng(20261128), browser(operations, language="ja")
    seen = 0
    for number in range(share(FILES_THROUGH_PAGES)):
        name, before = f"{number}.csv", set(Import.objects.values_list("pk", flat=True))
        sent = SimpleUploadedFile(name, Drawn(dice).bytes())
        answer = client.post("/imports/new/", {"file": sent}, follow=True)
        assert answer.status_code == 200
        assert name in answer.content.decode()
        for of in Import.objects.exclude(pk__in=before):
            if not first_problem(of):
                carried_out(of, ImportState.CHECKING, operations)
            for path in ("", "columns/", "rejected/"):
                shown = client.get(f"/imports/{of.pk}/{path}", follow=True)
                assert shown.status_code == 200
            seen += 1
    assert seen > FILES_THROUGH_PAGES // 8
