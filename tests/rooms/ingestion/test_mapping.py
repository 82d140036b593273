"""Which kind a file is and which column says what: guessed, stated, or given as TOML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from django.utils.translation import override

from banso.engines.basis.cells import Cell
from banso.rooms.customers.models import SLOT_COUNTS, FactType
from banso.rooms.ingestion.points import in_order, kinds
from banso.rooms.ingestion.queries.guessing import guessed_kind, guessed_mapping, guessed_type
from banso.rooms.ingestion.queries.mapping import BadMapping, Mapping, checked, fact_key
from banso.rooms.ingestion.queries.rules import FileRule, rules_for, rules_in
from tests.factories.customers import make_fact

pytestmark = pytest.mark.django_db

ACCOUNT_JA = "顧客ID,顧客法人番号,顧客ドメイン,顧客名"
ACCOUNT_EN = "Account ID,Account Corporate Number,Account Domain,Account Name"
HEADERS = {
    "members": (
        "社員ID,氏名,氏名カナ,メールアドレス,チーム,チーム責任者,職種,週労働時間,入社日,退職日",
        "Employee ID,Full name,Kana,E-mail,Team,Team lead,Role,Weekly hours,Hire date,Leave date",
    ),
    "accounts": (
        "顧客ID,顧客名,顧客名カナ,法人番号,webサイト,業種,都道府県,従業員数,親会社ID,契約開始日,解約済み,担当CSM,更新担当,営業担当",
        "account_id,Account Name,kana,Corporate Number,Website,Industry,Country/Region,"
        "Number of Employees,Parent Account ID,Signup Date,Churn flag,CSM Email,Renewal Closer,"
        "Account Owner",
    ),
    "contacts": (
        f"先方担当者ID,{ACCOUNT_JA},氏名,氏名カナ,メール,電話番号,部署,役職,関与,着任日,離任日,前任者ID",
        f"Contact ID,{ACCOUNT_EN},Full Name,"
        "Kana,Email,Phone Number,Department,Job Title,Role,There since,Left on,Predecessor ID",
    ),
    "parties": (
        f"{ACCOUNT_JA},役割,相手先ID,相手先名,相手先カナ,法人番号,開始日,終了日",
        f"{ACCOUNT_EN},Role,Partner ID,Partner name,Party kana,Party corporate number,From,To",
    ),
    "rates": ("通貨,適用日,レート", "Currency Code,Effective on,Exchange rate"),
    "subscriptions": (
        f"契約明細ID,{ACCOUNT_JA},契約ID,製品,数量,金額,通貨,請求周期,開始日,終了日,解約日,"
        "明細種別,プラン区分,休止対象明細ID,定価金額,更新元明細ID,変更元明細ID,段階契約,締結日,契約満了日,"
        "契約期間,自動更新,解約通知期限,"
        "解約通知期限(か月前),営業日必着,価格改定通知",
        f"Subscription ID,{ACCOUNT_EN},Contract Number,Product,Seats,Recurring amount,Currency,"
        "Billing period,Start date,End date,Cancelled on,Line type,Plan kind,"
        "Paused line ID,List price,Renewed line ID,"
        "Replaced line ID,Ramp,Signature date,Term end date,Contract term,Auto renew,"
        "Notice period,Notice months,Notice by working day,Price notice",
    ),
    "transfers": (
        f"契約明細ID,{ACCOUNT_JA},移管日,移管先顧客ID,移管先法人番号,移管先ドメイン,移管先顧客名,理由",
        f"Line ID,{ACCOUNT_EN},Transfer date,To account ID,Into corporate number,Into domain,"
        "To account name,Reason",
    ),
    "cancellations": (
        f"解約ID,{ACCOUNT_JA},契約ID,申出日,申出方法,解約日,最終利用日,解約理由,詳細",
        f"Churn event ID,{ACCOUNT_EN},Contract ID,Notice date,Form,Churn date,Last day,Reason code,"
        "Feedback text",
    ),
    "standard_minutes": ("活動種別,標準工数(分)", "Activity,Standard minutes"),
    "touchpoints": (
        f"接点ID,{ACCOUNT_JA},先方担当者ID,先方担当者メール,担当者,種別,日時,起点,温度感,件名,内容,所要分,"
        "宿題,宿題期限,宿題完了日",
        f"Activity ID,{ACCOUNT_EN},Contact ID,Contact email,Owner,Activity type,Happened at,"
        "Direction,Sentiment,Subject,Notes,Minutes,Next step,Promise due on,Promise kept on",
    ),
    "tickets": (
        f"チケットID,{ACCOUNT_JA},先方担当者ID,先方担当者メール,担当者,件名,内容,製品,分類,優先度,受付日時,"
        "初回応答日時,初回応答分,完了日時,満足度,エスカレーション",
        f"Ticket ID,{ACCOUNT_EN},Contact ID,Contact email,Agent,Subject,Description,Product,"
        "Category,Priority,Submitted at,First response at,First response time minutes,Closed at,"
        "Satisfaction score,Escalation flag",
    ),
    "survey_answers": (
        f"回答ID,{ACCOUNT_JA},先方担当者ID,先方担当者メール,アンケート名,回答日,点数,コメント",
        f"Response ID,{ACCOUNT_EN},Contact ID,Contact email,Survey name,Response date,"
        "Rating,Comment",
    ),
    "usage": (
        f"利用ID,{ACCOUNT_JA},契約明細ID,日付,製品,機能,利用者数,利用回数,利用秒数,エラー数",
        f"Usage ID,{ACCOUNT_EN},Subscription ID,Usage date,Product,Feature name,Active users,"
        "Usage count,Usage duration secs,Error count",
    ),
    "holdings": (
        f"{ACCOUNT_JA},責務,担当者,担当チーム,担当開始日,担当解除日,担当終了日,変更理由",
        f"{ACCOUNT_EN},Duty,Holder,Pool,Held from,Held to,Last day,Reason",
    ),
    "skills": ("社員ID,スキル,レベル,根拠", "Employee ID,Skill name,Level,Evidence"),
}


@pytest.mark.parametrize("kind", HEADERS)
@pytest.mark.parametrize("language", [0, 1], ids=["ja", "en"])
def test_a_header_tells_the_kind_and_every_one_of_its_fields(kind: str, language: int) -> None:
    header = HEADERS[kind][language].split(",")
    found = guessed_kind(header)
    assert found is kinds[kind]
    fields = [each.key for each in kinds[kind].fields]
    assert guessed_mapping(found, header, []).columns == dict(zip(header, fields, strict=True))


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("kind", HEADERS)
def test_a_column_called_as_the_pages_call_the_field_is_known(kind: str, language: str) -> None:
    with override(language):
        header = [str(each.label) for each in kinds[kind].fields]
    fields = [each.key for each in kinds[kind].fields]
    assert guessed_kind(header) is kinds[kind]
    assert guessed_mapping(kinds[kind], header, []).columns == dict(
        zip(header, fields, strict=True)
    )


@pytest.mark.parametrize("header", [("名前", "備考"), ("顧客ID", "備考"), ("a", "b"), ()])
def test_a_header_without_what_every_row_needs_is_no_kind(header: tuple[str, ...]) -> None:
    assert guessed_kind(header) is None


def test_what_others_refer_to_comes_first() -> None:
    keys = [kind.key for kind in in_order()]
    assert keys == [
        "members",
        "accounts",
        "contacts",
        "parties",
        "rates",
        "subscriptions",
        "transfers",
        "cancellations",
        "standard_minutes",
        "touchpoints",
        "tickets",
        "survey_answers",
        "usage",
        "holdings",
        "skills",
    ]


def test_spelling_makes_no_difference_and_the_first_of_two_columns_is_taken() -> None:
    header = ("ＡＣＣＯＵＮＴ＿ＩＤ", "顧客名", "account-name", "こきゃくめいかな")
    columns = guessed_mapping(kinds["accounts"], header, []).columns
    assert [columns.get(label) for label in header][:2] == ["id", "name"]
    assert columns["account-name"] == "fact:text"


def test_further_columns_of_accounts_become_attributes_of_a_guessed_type() -> None:
    header = ("id", "name", "更新日", "席数", "点", "有効", "メモ", "Why rejected")
    sample = [("a", "A", "2026-04-01", "5", "4.5", "はい", "x", "“id” is empty")]
    columns = guessed_mapping(kinds["accounts"], header, sample).columns
    assert list(columns.values()) == [
        *("id", "name", "fact:day", "fact:integer", "fact:real", "fact:flag", "fact:text"),
    ]


@pytest.mark.parametrize("kind", ["contacts", "members", "rates", "subscriptions"])
def test_further_columns_of_other_kinds_are_left_out(kind: str) -> None:
    header = (*HEADERS[kind][0].split(","), "備考")
    assert "備考" not in guessed_mapping(kinds[kind], header, []).columns


def test_an_attribute_that_is_defined_keeps_its_type() -> None:
    make_fact("plan", FactType.TEXT)
    columns = guessed_mapping(kinds["accounts"], ("id", "name", "Plan"), [("a", "A", "5")]).columns
    assert columns["Plan"] == "fact:text"


def test_columns_that_find_no_free_slot_are_left_out() -> None:
    for number in range(SLOT_COUNTS["flag"] - 1):
        make_fact(f"flag {number}", FactType.FLAG)
    header = ("id", "name", "first", "second")
    columns = guessed_mapping(kinds["accounts"], header, [("a", "A", "yes", "no")]).columns
    assert columns == {"id": "id", "name": "name", "first": "fact:flag"}


@pytest.mark.parametrize("label", ["ARR", "arr", "Term end on"])
def test_a_column_named_like_a_fact_of_banso_is_no_attribute(label: str) -> None:
    header = ("id", "name", label)
    assert label not in guessed_mapping(kinds["accounts"], header, [("a", "A", "5")]).columns
    stated = Mapping(columns={"id": "id", "name": "name", label: "fact:integer"})
    with pytest.raises(BadMapping):
        checked(kinds["accounts"], stated, header)


@pytest.mark.parametrize(
    ("cells", "fact_type"),
    [
        (("はい", "いいえ", ""), FactType.FLAG),
        ((True, False), FactType.FLAG),
        (("1", "0", "1"), FactType.INTEGER),
        (("○", "1"), FactType.FLAG),
        (("2026-04-01", "令和8年4月1日"), FactType.DAY),
        (("１，２００", "300社"), FactType.INTEGER),
        (("4.5", "3"), FactType.REAL),
        (("4.5", "high"), FactType.TEXT),
        (("", "  "), FactType.TEXT),
        ((), FactType.TEXT),
    ],
)
def test_the_narrowest_type_that_reads_every_cell_is_guessed(
    cells: Sequence[Cell], fact_type: FactType
) -> None:
    assert guessed_type(cells) is fact_type
    assert guessed_type([*cells, date(2026, 4, 1), "?"]) is FactType.TEXT


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Plan Tier", "plan_tier"),
        ("契約プラン", "契約プラン"),
        (" ﾌﾟﾗﾝ（税込）", "プラン_税込"),
        ("1st year", "c_1st_year"),
        ("#3", "c_3"),
        ("???", "c_"),
        ("x" * 80, "x" * 60),
        ("9" * 80, "c_" + "9" * 58),
    ],
)
def test_an_attributes_key_is_a_word_that_rules_can_write(label: str, key: str) -> None:
    assert fact_key(label) == key
    assert re.fullmatch(r"[^\W\d]\w{0,59}", key)


ACCOUNTS = {"id": "id", "name": "name"}
HEADER = ("id", "name", "plan")


@pytest.mark.parametrize(
    ("columns", "constants", "named"),
    [
        (ACCOUNTS | {"plans": "region"}, {}, "plans"),
        (ACCOUNTS | {"plan": "plan"}, {}, "plan"),
        (ACCOUNTS | {"plan": "fact:colour"}, {}, "fact:colour"),
        (ACCOUNTS, {"colour": "red"}, "colour"),
        (ACCOUNTS | {"plan": "name"}, {}, "Account name"),
        ({"id": "id"}, {}, "Account name"),
    ],
)
def test_a_mapping_that_names_the_wrong_thing_is_refused_by_that_name(
    columns: dict[str, str], constants: dict[str, str], named: str
) -> None:
    with pytest.raises(BadMapping, match=re.escape(f"“{named}”")):
        checked(kinds["accounts"], Mapping(columns=columns, constants=constants), HEADER)


def test_attributes_belong_to_accounts_alone() -> None:
    columns = {"id": "id", "account": "account", "name": "name", "plan": "fact:text"}
    with pytest.raises(BadMapping, match="fact:text"):
        checked(kinds["contacts"], Mapping(columns=columns), tuple(columns))


def test_a_constant_stands_in_for_a_column_that_every_row_needs() -> None:
    mapping = Mapping(columns={"id": "id"}, constants={"name": "Unnamed"})
    assert checked(kinds["accounts"], mapping, HEADER) == mapping
    assert Mapping.from_json(mapping.as_json()) == mapping


RULES = """
[[file]]
name = "customers_*.csv"
kind = "accounts"
[file.columns]
code = "id"
title = "name"
[file.facts]
plan = "text"
[file.constants]
employees = 5

[[file]]
kind = "rates"
"""


def test_rules_are_read_from_toml_and_found_by_file_name(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(RULES)
    customers, rest = rules_in(path)
    columns = {"code": "id", "title": "name", "plan": "fact:text"}
    stated = Mapping(columns=columns, constants={"employees": "5"})
    assert customers == FileRule(name="customers_*.csv", kind="accounts", mapping=stated)
    assert rest == FileRule(name="*", kind="rates", mapping=Mapping())
    assert rules_for([customers, rest], "customers_2026.csv", ()) == [customers]
    assert rules_for([customers, rest], "other.csv", ()) == [rest]
    assert rules_for([customers], "other.csv", ()) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b'[[file]]\nkind = "colours"', ["mapping.toml", "colours", "accounts, cancellations"]),
        (b"[[file]]", ["mapping.toml", "accounts"]),
        (b"[[file]]\nkind = ?\n", ["mapping.toml", "line 2"]),
        (b"", ["mapping.toml", "[[file]]"]),
        (b"file = [5]", ["mapping.toml", "[[file]]"]),
        (b"\xff\xfe\x00", ["mapping.toml"]),
        (b'file = "accounts"', ["mapping.toml"]),
        (b'[[file]]\nkind = "accounts"\ncolumns = 5', ["mapping.toml"]),
        (b'[[file]]\nkind = ["accounts"]', ["mapping.toml"]),
        (b'[[file]]\nkind = "accounts"\n[file.columns]\na = 5', ["mapping.toml"]),
    ],
)
def test_a_bad_mapping_file_is_refused_by_its_name_and_fault(
    tmp_path: Path, text: bytes, told: list[str]
) -> None:
    path = tmp_path / "mapping.toml"
    path.write_bytes(text)
    with pytest.raises(BadMapping) as refused:
        rules_in(path)
    assert [words for words in told if words not in str(refused.value)] == []


def test_a_mapping_file_that_is_not_there_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(BadMapping, match=r"no\.toml"):
        rules_in(tmp_path / "no.toml")
