"""Usage: what customers do in the product.

Today it keeps use by day, as files bring it: how many people, how often, how long. Words: a *day of
use* is one account's use of one product or feature on one day.
"""

from __future__ import annotations
