"""Renewals: what is due, who closes it, until when one can speak, and what came of it.

A *renewal* is one contract at the end of one of its terms. Renewals are made from the contracts,
ahead of time, and set against them every night. The lines say what became of a renewal; a person
says why. A person's word stands until she takes it back, and what the lines say stands beside it.
"""

from __future__ import annotations
