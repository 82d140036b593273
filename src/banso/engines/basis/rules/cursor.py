"""Going through the tokens of a rule."""

from __future__ import annotations

from banso.engines.basis.rules.faults import Fault
from banso.engines.basis.rules.tokens import KEYWORDS, Kind, Token
from banso.engines.basis.rules.tree import Span


class Lost(Exception):
    """The leaf at hand can't be read any further; its fault has been noted."""


class TooDeep(Exception):
    """So has this one; nothing more will be read."""


class Cursor:
    """A place in the tokens of a text: it looks, steps on, and notes faults."""

    def __init__(self, text: str, tokens: list[Token], faults: list[Fault]) -> None:
        self.text, self.tokens, self.faults = text, tokens, faults
        self.place = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def sees(self, *words: str) -> bool:
        return self.next.kind in {Kind.WORD, Kind.MARK} and self.next.text in words

    def take(self) -> Token:
        token = self.next
        self.place += token.kind != Kind.END
        return token

    def took(self, *words: str) -> bool:
        seen = self.sees(*words)
        if seen:
            self.take()
        return seen

    def need(self, word: str, code: str) -> None:
        if not self.took(word):
            self.note(code)
            raise Lost

    def calls(self) -> bool:
        """Whether a function's name and its opening parenthesis stand here."""
        if self.next.kind != Kind.WORD or self.next.text in KEYWORDS:
            return False
        after = self.tokens[self.place + 1]
        return after.kind == Kind.MARK and after.text == "("

    def since(self, start: int) -> Span:
        return Span(start, self.tokens[self.place - 1].at.end)

    def note(self, code: str, *offers: str, at: Span | None = None, **facts: str | int) -> None:
        span = at or self.next.at
        if at or self.next.kind != Kind.BAD:  # else its fault is told
            self.faults.append(Fault(code, span.start, span.end, facts, offers))

    def pass_over(self, since: int) -> None:
        """Go on to where the leaf after the one begun at the token `since` may begin."""
        inside = 0
        self.place, lost_at = since, self.place
        while self.next.kind != Kind.END:
            if self.place >= lost_at and inside <= 0 and self.sees("and", "or", ")"):
                return
            inside += self.sees("(") - self.sees(")")
            self.take()
