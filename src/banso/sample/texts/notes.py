"""Puts together what stands in a touchpoint: subject, text and promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from banso.sample.texts import english_words as english
from banso.sample.texts import frame_words as frames
from banso.sample.texts.grammar import Dice, Phrase, tell
from banso.sample.texts.matters import Matter

KINDS = (
    "打ち合わせ", "オンライン会議", "訪問", "電話", "メール", "チャット", "研修", "ウェビナー",
    "社内メモ",
)  # fmt: skip
MEETING, ONLINE, VISIT, CALL, MAIL, CHAT, TRAINING, WEBINAR, MEMO = range(len(KINDS))
MOODS = ("", "とても良い", "良い", "普通", "不安", "悪い")
NO_MOOD, DELIGHTED, GLAD, PLAIN, WORRIED, ANGRY = range(len(MOODS))
WRITTEN, ASKED, OFFERED = "記", "請", "案"

_REMARKS = {
    DELIGHTED: frames.DELIGHTED, GLAD: frames.GLAD, PLAIN: frames.PLAIN,
    WORRIED: frames.WORRIED, ANGRY: frames.ANGRY,
}  # fmt: skip
_REMARKED = {DELIGHTED: 0.7, GLAD: 0.45, PLAIN: 0.15, WORRIED: 0.7, ANGRY: 0.85}
_MEMO_MOODS = {
    DELIGHTED: frames.MEMO_WARM, GLAD: frames.MEMO_WARM,
    WORRIED: frames.MEMO_COLD, ANGRY: frames.MEMO_COLD,
}  # fmt: skip
_OPENINGS = {MEETING: frames.MEETING, ONLINE: frames.ONLINE, VISIT: frames.VISIT}
_TALKS = (MEETING, ONLINE, VISIT)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a touchpoint is: of which kind, who began, in what mood, about what."""

    kind: int
    proactive: bool
    mood: int
    matter: Matter
    also: Matter | None
    words: Mapping[str, str]


def use_of(kind: int, *, proactive: bool) -> str:
    """Which phrases a matter must have to be told in this kind of touchpoint."""
    if kind in (MAIL, CHAT):
        return OFFERED if proactive else ASKED
    return WRITTEN


def note(asked: Asked, dice: Dice) -> tuple[str, str]:
    """Subject and text."""
    if asked.words.get("latin"):
        return _in_english(asked, dice)
    subject = _said(asked, "件", dice)
    if asked.kind in _TALKS:
        return subject, _talk(asked, dice)
    if asked.kind == MAIL:
        return _answered(subject, asked, dice), _mail(asked, dice)
    told = {CALL: _call, CHAT: _chat, MEMO: _memo}.get(asked.kind, _plain)
    return subject, told(asked, dice)


def promise_text(asked: Asked, dice: Dice) -> str:
    if asked.words.get("latin"):
        return tell(dice.one(english.PROMISES), asked.words, dice)
    return _said(asked, "宿", dice)


def _said(asked: Asked, use: str, dice: Dice) -> str:
    return _one(asked.matter.lines[use], asked, dice)


def _one(phrases: tuple[Phrase, ...], asked: Asked, dice: Dice) -> str:
    return tell(dice.one(phrases), asked.words, dice)


def _line(asked: Asked, use: str, dice: Dice) -> str:
    """A plain line with its full stop, or nothing."""
    lines = asked.matter.lines.get(use)
    return f"{_one(lines, asked, dice)}。" if lines else ""


def _remark(asked: Asked, dice: Dice) -> str:
    if not dice.chance(_REMARKED.get(asked.mood, 0.0)):
        return ""
    pool = _REMARKS[asked.mood]
    if asked.mood == WORRIED and asked.kind not in _TALKS:
        pool = frames.WORRIED_AT_A_DISTANCE
    return _one(pool, asked, dice)


def _talk(asked: Asked, dice: Dice) -> str:
    opening = _one(_OPENINGS[asked.kind], asked, dice)
    main, outcome = _line(asked, "記", dice), _line(asked, "決", dice)
    more = ""
    if asked.also is not None:
        more = f"{_one(asked.also.lines['記'], asked, dice)}。"
    remark = _remark(asked, dice)
    form = dice.below(10)
    if form < 2:
        return f"【議題】{_said(asked, '件', dice)} 【内容】{main}{more}【決定】{outcome}{remark}"
    if form < 4:
        parts = [main, more, f"決定：{outcome}" if outcome else "", remark]
        return opening + " ".join(f"・{part}" for part in parts if part)
    if more:
        more = _one(frames.ALSO, asked, dice) + more
    if form < 7:
        return f"{opening}{main}{more}{outcome}{remark}"
    if form < 9:
        return f"{main}{outcome}{more}{remark}"
    return f"{opening}{remark}{main}{outcome}"


def _call(asked: Asked, dice: Dice) -> str:
    opening = _one(frames.CALL_OUT if asked.proactive else frames.CALL_IN, asked, dice)
    outcome = _line(asked, "決", dice) if dice.chance(0.75) else ""
    return f"{opening}{_line(asked, '記', dice)}{outcome}{_remark(asked, dice)}"


def _chat(asked: Asked, dice: Dice) -> str:
    if asked.proactive:
        return (
            f"「{_quoted(_said(asked, '案', dice))}」と送信。{_one(frames.CHAT_SENT, asked, dice)}"
        )
    questions, answers = asked.matter.lines["請"], asked.matter.lines["答"]
    which = dice.below(len(questions))
    question = _quoted(tell(questions[which], asked.words, dice))
    # Questions and answers of a matter stand in the same order.
    answer = tell(answers[min(which, len(answers) - 1)], asked.words, dice)
    words = dict(asked.words) | {"答": _quoted(answer).rstrip("。")}
    reply = tell(dice.one(frames.CHAT_ANSWERED), words, dice)
    return f"「{question}」{reply}{_remark(asked, dice)}"


def _quoted(text: str) -> str:
    """What stands within 「」 has 『』 of its own."""
    return text.translate({ord("「"): "『", ord("」"): "』"})


def _memo(asked: Asked, dice: Dice) -> str:
    use = "内" if "内" in asked.matter.lines else "記"
    mood = ""
    if asked.mood in _MEMO_MOODS and dice.chance(0.5):
        mood = _one(_MEMO_MOODS[asked.mood], asked, dice)
    opening = _one(frames.MEMO_OPEN, asked, dice) if dice.chance(0.5) else ""
    nexts = _one(frames.MEMO_NEXT, asked, dice)
    if asked.also is not None:
        nexts = f"残る件：{_one(asked.also.lines['記'], asked, dice)}。"
    elif dice.chance(0.35):
        nexts = _line(asked, "決", dice)
    return f"{opening}{mood}{_line(asked, use, dice)}{nexts}"


def _mail(asked: Asked, dice: Dice) -> str:
    if asked.proactive:
        parts = (frames.DEAR, asked.matter.lines["案"], frames.YOURS)
    elif "答" in asked.matter.lines and dice.chance(0.35):
        parts = (frames.DEAR_AGAIN, asked.matter.lines["答"], frames.YOURS)
    else:
        return _their_mail(asked, dice)
    return "".join(_one(part, asked, dice) for part in parts)


def _their_mail(asked: Asked, dice: Dice) -> str:
    worry = ""
    begin, ask = _one(frames.THEY_WRITE, asked, dice), _said(asked, "請", dice)
    waits = asked.mood in (WORRIED, ANGRY) and ask.endswith(("か。", "ください。"))
    if waits and dice.chance(0.6):
        worry = _one(frames.THEY_WORRY, asked, dice)
    return f"{begin}{ask}{worry}{_one(frames.THEY_CLOSE, asked, dice)}"


def _answered(subject: str, asked: Asked, dice: Dice) -> str:
    return f"Re: {subject}" if not asked.proactive and dice.chance(0.4) else subject


def _plain(asked: Asked, dice: Dice) -> str:
    return f"{_line(asked, '記', dice)}{_line(asked, '決', dice)}{_remark(asked, dice)}"


def _in_english(asked: Asked, dice: Dice) -> tuple[str, str]:
    words = asked.words
    parts: tuple[tuple[Phrase, ...], ...] = (english.NOTES, english.HEARD, english.NEXT)
    if asked.kind in (MAIL, CHAT):
        parts = (english.MAILS_IN, english.ASKS)
        if asked.proactive:
            parts = (english.MAILS_OUT, english.ANSWERS)
    text = " ".join(tell(dice.one(pool), words, dice) for pool in parts)
    if asked.kind not in (MAIL, CHAT) and asked.mood in english.MOODS:
        text = f"{text} {tell(dice.one(english.MOODS[asked.mood]), words, dice)}"
    return tell(dice.one(english.SUBJECTS), words, dice), text
