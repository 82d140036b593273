"""From text to tree.

    rule = all { "or" all }
    all  = part { "and" part }
    part = "not" part | "(" rule ")" | "always" | leaf
    leaf = term                                             a flag
         | term ("==" | "!=" | "<" | "<=" | ">" | ">=") value
         | term "between" value "and" value
         | term ["not"] "in" "(" value { "," value } ")"
         | "missing" "(" term ")"
         | "entered" "(" fact "," duration ")"
         | ("contains" | "starts_with") "(" term "," text ")"
    term = fact
         | ("days_until" | "days_since") "(" fact ")"
         | ("change" | "was") "(" fact "," duration ")"

A leaf that can't be read is noted and passed over, so that one reading finds every fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from itertools import islice
from typing import Final

from banso.engines.basis.rules.cursor import Cursor, Lost, TooDeep
from banso.engines.basis.rules.faults import Fault, UnsoundRule
from banso.engines.basis.rules.tokens import KEYWORDS, Kind, tokens_of
from banso.engines.basis.rules.tree import (
    LOOKS_BACK,
    Always,
    And,
    Between,
    Compare,
    Contains,
    Duration,
    Entered,
    Flag,
    How,
    In,
    Leaf,
    Literal,
    Missing,
    Name,
    Not,
    Or,
    Rule,
    Span,
    Take,
    Term,
    leaves,
)

LONGEST: Final = 20_000  # characters of a rule
DEEPEST: Final = 50  # parentheses and nots inside each other
MOST_LEAVES: Final = 200

_TAKES: Final = {str(take): take for take in Take if take != Take.NOW}
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])")
_FUNCTIONS: Final = ("missing", "entered", "contains", "starts_with", *_TAKES)


def parse(text: str) -> Rule:
    """The tree of a rule; UnsoundRule with every fault if it can't be read."""
    rule, faults = read(text)
    if faults:
        raise UnsoundRule(faults)
    return rule


def read(text: str) -> tuple[Rule, list[Fault]]:
    """The tree, with `always` in place of what can't be read, and the faults by position."""
    if len(text) > LONGEST:
        return Always(), [Fault("too_long", LONGEST, len(text), {"most": LONGEST})]
    tokens, faults = tokens_of(text)
    if len(tokens) == 1:
        return Always(), [Fault("empty", 0, len(text))]
    reader = _Reader(text, tokens, faults)
    try:
        rule = reader.whole()
    except TooDeep:
        return Always(), sorted(reader.faults, key=lambda fault: fault.start)
    for leaf in islice(leaves(rule), MOST_LEAVES, MOST_LEAVES + 1):
        faults.append(Fault("too_many_leaves", leaf.at.start, len(text), {"most": MOST_LEAVES}))
    return rule, sorted(faults, key=lambda fault: fault.start)


class _Reader(Cursor):
    """The grammar, a method for each of its rules."""

    depth = 0

    def whole(self) -> Rule:
        rules = [self.rule()]
        while self.next.kind != Kind.END:
            self.note("unopened" if self.sees(")") else "expected_and")
            if not self.took(")"):
                self.pass_over(self.place)
            if self.took("and", "or"):
                rules.append(self.rule())
        return Or(tuple(rules)) if len(rules) > 1 else rules[0]

    def rule(self) -> Rule:
        start = self.next.at.start
        parts = self.joined("or", self.all)
        return Or(parts, self.since(start)) if len(parts) > 1 else parts[0]

    def all(self) -> Rule:
        start = self.next.at.start
        parts = self.joined("and", self.part)
        return And(parts, self.since(start)) if len(parts) > 1 else parts[0]

    def joined(self, word: str, one: Callable[[], Rule]) -> tuple[Rule, ...]:
        parts = [one()]
        while self.took(word):
            parts.append(one())
        return tuple(parts)

    def part(self) -> Rule:
        self.depth += 1
        if self.depth > DEEPEST:
            self.note("too_deep", at=self.next.at, most=DEEPEST)
            raise TooDeep
        start = self.next.at
        if self.took("not"):
            part: Rule = Not(self.part(), self.since(start.start))
        elif self.took("("):
            part = self.rule()
            if not self.took(")"):
                self.note("unclosed", at=start)
        elif self.took("always"):
            part = Always(self.since(start.start))
        else:
            part = self.leaf_or_note()
        self.depth -= 1
        return part

    def leaf_or_note(self) -> Rule:
        begun = self.place
        try:
            return self.leaf()
        except Lost:
            self.pass_over(begun)
            return Always()

    def leaf(self) -> Leaf:
        start, word = self.next.at.start, self.next.text
        of = {
            "missing": self.missing,
            "entered": self.entered,
            "contains": self.contains,
            "starts_with": self.contains,
        }
        if self.calls() and word in of:
            return of[word](start)
        return self.compared(self.term(), start)

    def missing(self, start: int) -> Leaf:
        self.enter()
        term = self.term()
        self.need(")", "expected_closing")
        return Missing(term, self.since(start))

    def entered(self, start: int) -> Leaf:
        self.enter()
        fact = self.fact()
        self.need(",", "expected_comma")
        within = self.duration()
        self.need(")", "expected_closing")
        return Entered(fact, within, self.since(start))

    def contains(self, start: int) -> Leaf:
        at_start = self.enter() == "starts_with"
        term = self.term()
        self.need(",", "expected_comma")
        text = self.value()
        self.need(")", "expected_closing")
        return Contains(term, text, at_start, self.since(start))

    def compared(self, term: Term, start: int) -> Leaf:
        if self.sees(*How):
            return self.against(term, How(self.take().text), start)
        if self.took("between"):
            low = self.one_value()
            self.need("and", "expected_upper_end")
            high = self.one_value()
            return Between(term, low, high, self.since(start))
        if self.sees("in", "not"):
            inside = not self.took("not")
            self.need("in", "expected_in")
            return In(term, self.values(), inside, self.since(start))
        if self.next.kind != Kind.END and not self.sees("and", "or", ")"):
            self.note("expected_comparison")
            raise Lost
        return Flag(term, True, self.since(start))  # noqa: FBT003  a flag by itself means yes

    def against(self, term: Term, how: How, start: int) -> Leaf:
        if how in {How.EQUAL, How.OTHER} and self.sees("true", "false"):
            said = self.take().text == "true"
            return Flag(term, said == (how == How.EQUAL), self.since(start))
        return Compare(term, how, self.one_value(), self.since(start))

    # What leaves are made of

    def enter(self) -> str:
        """Step over a function's name and its parenthesis; the name."""
        word = self.take().text
        self.take()
        return word

    def term(self) -> Term:
        start = self.next.at.start
        if not self.calls():
            fact = self.fact()
            return Term(fact, at=fact.at)
        take = _TAKES.get(self.next.text)
        if take is None:
            near = get_close_matches(self.next.text, _FUNCTIONS)
            self.note("unknown_function", *near, name=self.next.text)
            raise Lost
        self.enter()
        fact, ago = self.fact(), None
        if take in LOOKS_BACK:
            self.need(",", "expected_comma")
            ago = self.duration()
        self.need(")", "expected_closing")
        return Term(fact, take, ago, self.since(start))

    def fact(self) -> Name:
        if self.next.kind == Kind.NAME or (
            self.next.kind == Kind.WORD and self.next.text not in KEYWORDS
        ):
            token = self.take()
            return Name(token.text, token.at)
        self.note("expected_fact")
        raise Lost

    def values(self) -> tuple[Literal, ...]:
        self.need("(", "expected_list")
        found = [self.value()]
        while self.took(","):
            found.append(self.value())
        self.need(")", "expected_closing")
        return tuple(found)

    def one_value(self) -> Literal:
        """A value where no list of them stands: commas in it group its digits (6,000,000), and the
        number is offered whole.
        """
        start = self.next.at.start
        value = self.value()
        grouped = _GROUPED.match(self.text, start)
        if grouped and self.sees(","):
            at = Span(start, grouped.end())
            self.note("grouped_digits", grouped[0].replace(",", ""), at=at)
            while self.next.at.start < grouped.end():
                self.take()
        return value

    def value(self) -> Literal:
        token = self.next
        if token.kind == Kind.VALUE:
            return Literal(self.take().value, token.at)
        if token.kind in {Kind.NAME, Kind.WORD} and token.text not in KEYWORDS:
            self.note("unquoted_text", f"'{token.text}'")
        else:
            self.note("expected_value")
        raise Lost

    def duration(self) -> Literal:
        if not isinstance(self.next.value, Duration):
            self.note("expected_duration")
            raise Lost
        return self.value()
