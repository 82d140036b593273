"""Rules over facts: one condition language for segments, scores, triggers and operating models.

    arr >= 6_000_000 or complexity >= 4
    industry in ('小売', '飲食') and not missing(term_end_on)
    days_until(term_end_on) <= 3m and change(health, 30d) <= -15

A rule is text, read into a tree. A vocabulary knows the facts, so that a rule can be checked; on a
day it is settled: every leaf then asks one thing of one fact, in plain values. Whoever answers,
answers alike: Python one subject at a time, Ibis a table, `kit.conditions` a queryset.

    rule = parse("arr >= 6_000_000 or entered(segment, 14d)")
    faults = check(rule, vocabulary)                  # or faults_in(text, vocabulary): all at once
    settled = settle(rule, vocabulary, on=on)         # raises UnsoundRule where check finds faults
    holds(settled, Subject({"arr": 1_000}))           # explain(…): the same, leaf by leaf
    as_q(settled, places)                             # banso.kit.conditions

A leaf over a missing fact is false, and `not` turns that into true. An empty text is missing.

- `tree`: the typed tree. `fold`, `leaves`, `facts_of`.
- `reading`: `parse(text)`. `writing`: `rule_text(tree)`, and parse(rule_text(tree)) == tree.
- `json_form`: `as_json`, `from_json`, with a version, for a builder in the browser.
- `vocabulary`: `Fact`, `FactType`, `Vocabulary`. `checking`: `check`, `faults_in`.
- `faults`: `Fault` (code, start, end, facts, offers) and `UnsoundRule`, which carries them.
- `settling`: `settle(tree, vocabulary, on=…, is_open=…)` → `Settled`.
- `answers`: `Subject`, `Spell`, `holds`, `explain`, `first_match`.
- `expressions`: `as_ibis`, `first_match`, over tables.
- `surveying`: `survey(rules, vocabulary, on=…)`: gaps and overlaps of an ordered set.
- `cycles`: facts that rules make of each other in a circle.
"""

from __future__ import annotations
