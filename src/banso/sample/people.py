"""The people of アオゾラHR: who worked where, from when to when.

The first of each role are the same whatever the seed, so that a story can name them; a company
larger than 2,000 accounts hires more of each role under drawn names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from banso.sample.company import MAIL_DOMAIN, Timeline, chances, first_day, last_day
from banso.sample.person_words import FAMILIES, MEN, WOMEN
from banso.sample.readings import Word, words

_CS = "カスタマーサクセス"
_LAST_OF_ALL = 10**6


@dataclass(frozen=True, slots=True)
class Post:
    """A role: where it sits, how many hold it at 2,000 accounts, and the first of its holders.

    `cast` is "family:kana:given:kana:joined[:left]", joined and left in months before `until`;
    the first leads the team if `leads`. `grows` is false where one company needs only one of it.
    """

    key: str
    team: str
    job_role: str
    cast: str
    leads: bool = False
    least: int = 1
    grows: bool = True


@dataclass(frozen=True, slots=True)
class Member:
    handle: str
    name: str
    kana: str
    email: str
    post: Post
    leads_team: bool
    hours_per_week: float
    joined_on: date
    left_on: date | None


@dataclass(slots=True)
class Staff:
    """All members ever, and the handles of those who hold a post at the end, by the post's key."""

    members: list[Member]
    joined: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)

    def holding(self, key: str) -> list[str]:
        return [m.handle for m in self.members if m.post.key == key and m.left_on is None]

    def ever(self, key: str) -> list[str]:
        return [m.handle for m in self.members if m.post.key == key]

    def name_of(self, handle: str) -> str:
        return self._by_handle()[handle].name

    def _by_handle(self) -> dict[str, Member]:
        return {member.handle: member for member in self.members}


POSTS = (
    Post("executive", "経営", "役員", """
        青木:アオキ:大地:ダイチ:84 三浦:ミウラ:真理子:マリコ:70
""", leads=True, least=2,
        grows=False),
    Post("head", _CS, "CS責任者", "西村:ニシムラ:香織:カオリ:43", leads=True, grows=False),
    Post("enterprise_manager", f"{_CS} / エンタープライズCS", "CSマネージャー", """
        河野:コウノ:慎一:シンイチ:50""", leads=True, grows=False),
    Post("mid_manager", f"{_CS} / ミッドCS", "CSマネージャー", """
        藤原:フジワラ:健司:ケンジ:38 荒井:アライ:哲也:テツヤ:61:39
""", leads=True, grows=False),
    Post("enterprise_csm", f"{_CS} / エンタープライズCS", "戦略型CSM", """
        長谷川:ハセガワ:彩:アヤ:46 大野:オオノ:俊介:シュンスケ:33 工藤:クドウ:千尋:チヒロ:27
        早川:ハヤカワ:直樹:ナオキ:19 村上:ムラカミ:結衣:ユイ:11 中島:ナカジマ:裕介:ユウスケ:55:13
"""),
    Post("mid_csm", f"{_CS} / ミッドCS", "CSM", """
        山本:ヤマモト:さくら:サクラ:52 石田:イシダ:亮:リョウ:36 福田:フクダ:遥:ハルカ:30
        上野:ウエノ:恭平:キョウヘイ:22 小島:コジマ:春香:ハルカ:15 安藤:アンドウ:拓也:タクヤ:7
        宮本:ミヤモト:奈緒:ナオ:48:10 原田:ハラダ:圭:ケイ:40:24
""", least=5),
    Post("smb_csm", f"{_CS} / SMB CS", "CSM", """
        岡田:オカダ:美穂:ミホ:44 今井:イマイ:翔太:ショウタ:26 谷口:タニグチ:菜摘:ナツミ:16
        和田:ワダ:雄太:ユウタ:9
""", leads=True),
    Post("renamed_support", f"{_CS} / SMB CS", "CSM", """
        増田:マスダ:由美:ユミ:58 杉山:スギヤマ:健太:ケンタ:49 平野:ヒラノ:理恵:リエ:37
        野口:ノグチ:誠:マコト:29
"""),
    Post("support", f"{_CS} / カスタマーサポート", "サポート", """
        久保:クボ:典子:ノリコ:63 松尾:マツオ:純一:ジュンイチ:42 菊地:キクチ:麻衣:マイ:31
        島田:シマダ:智也:トモヤ:20 水野:ミズノ:沙織:サオリ:14 北村:キタムラ:大輔:ダイスケ:5
        永井:ナガイ:加奈:カナ:51:18 星野:ホシノ:悟:サトル:28:6
""", leads=True),
    Post("onboarding", f"{_CS} / オンボーディング", "オンボーディング", """
        石原:イシハラ:友美:トモミ:39 浅野:アサノ:良太:リョウタ:25 矢野:ヤノ:早紀:サキ:12
        大橋:オオハシ:学:マナブ:41:17
""", leads=True),
    Post("trainer", f"{_CS} / オンボーディング", "トレーナー", """
        松岡:マツオカ:恵:メグミ:34 吉岡:ヨシオカ:陽介:ヨウスケ:18"""),
    Post("account_manager", f"{_CS} / アカウントマネジメント", "AM", """
        望月:モチヅキ:隆:タカシ:35 内藤:ナイトウ:優子:ユウコ:13
""", leads=True),
    Post("operations", f"{_CS} / CS Ops", "CS Ops", "堀:ホリ:詩織:シオリ:21", leads=True),
    Post("account_executive", "営業 / 法人営業", "AE", """
        小川:オガワ:剛:ツヨシ:84 前田:マエダ:浩:ヒロシ:76 橋本:ハシモト:千佳:チカ:62
        池田:イケダ:翼:ツバサ:47 阿部:アベ:康弘:ヤスヒロ:40 森田:モリタ:愛:アイ:32
        柴田:シバタ:航:ワタル:28 酒井:サカイ:駿:シュン:23 横山:ヨコヤマ:真紀:マキ:17
        丸山:マルヤマ:祐樹:ユウキ:13 武田:タケダ:美咲:ミサキ:8 岩崎:イワサキ:蓮:レン:4
        後藤:ゴトウ:達也:タツヤ:84:31 太田:オオタ:洋平:ヨウヘイ:58:20
""",
        leads=True, least=6),
    Post("partner_sales", "営業 / パートナー営業", "パートナー営業", """
        竹内:タケウチ:博之:ヒロユキ:45 高木:タカギ:里奈:リナ:10
""", leads=True),
)  # fmt: skip
_PART_TIME = {"増田 由美": 30.0, "石原 友美": 32.0, "工藤 千尋": 35.0}
# The casts are those of 2,000 accounts; a smaller company has fewer, a larger one hires more.
_CAST_SIZE_AT = 2_000


@dataclass(frozen=True, slots=True)
class _Person:
    family: Word
    given: Word
    post: Post
    joined: int
    left: int | None
    leads: bool


def make_staff(timeline: Timeline, *, accounts: int, seed: int) -> Staff:
    """Everybody who ever worked there, handles in the order of joining."""
    rng = chances(seed, "members")
    people = [person for post in POSTS for person in _people(post, accounts / _CAST_SIZE_AT, rng)]
    people.sort(key=lambda person: (-person.joined, POSTS.index(person.post)))
    staff = Staff(members=[])
    mails: set[str] = set()
    for number, person in enumerate(people, start=1):
        member = _member(person, number, timeline, mails)
        staff.members.append(member)
        staff.joined[member.handle] = timeline.now - person.joined
        staff.left[member.handle] = timeline.now - (person.left or -_LAST_OF_ALL)
    return staff


def _people(post: Post, scale: float, rng: np.random.Generator) -> list[_Person]:
    cast = [_from_cast(entry, post) for entry in post.cast.split()]
    present = [person for person in cast if person.left is None]
    gone = [person for person in cast if person.left is not None]
    needed = len(present)
    if post.grows:
        needed = max(post.least, round(len(present) * scale))
    hired = [_hired(post, rng) for _ in range(needed - len(present))]
    people = [*present[:needed], *hired, *gone]
    return [
        _Person(p.family, p.given, p.post, p.joined, p.left, leads=post.leads and index == 0)
        for index, p in enumerate(people)
    ]


def _from_cast(entry: str, post: Post) -> _Person:
    family, family_kana, given, given_kana, joined, *left = entry.split(":")
    (first,), (second,) = words(f"{family}:{family_kana}"), words(f"{given}:{given_kana}")
    return _Person(first, second, post, int(joined), int(left[0]) if left else None, leads=False)


def _hired(post: Post, rng: np.random.Generator) -> _Person:
    given = (MEN, WOMEN)[int(rng.integers(2))]
    family = FAMILIES[int(rng.integers(len(FAMILIES)))]
    name = given[int(rng.integers(len(given)))]
    return _Person(family, name, post, int(rng.integers(3, 60)), None, leads=False)


def _member(person: _Person, number: int, timeline: Timeline, mails: set[str]) -> Member:
    stem = f"{person.given.latin}.{person.family.latin}"
    mail = stem
    while mail in mails:
        mail = f"{stem}{number}"
    mails.add(mail)
    name = f"{person.family.text} {person.given.text}"
    left = None if person.left is None else last_day(timeline.now - person.left - 1)
    return Member(
        handle=f"AZ{number:04d}",
        name=name,
        kana=f"{person.family.kana} {person.given.kana}",
        email=f"{mail}@{MAIL_DOMAIN}",
        post=person.post,
        leads_team=person.leads,
        hours_per_week=_PART_TIME.get(name, 40.0),
        joined_on=first_day(timeline.now - person.joined),
        left_on=left,
    )
