"""Recurring revenue: contracts, subscription lines and rates; ARR on any day and what moved it.

Lines are the only truth. Their annualised amounts are written to Parquet, and the engine in
`engines.revenue` computes from there; every figure opens to the lines it came from.
"""

from __future__ import annotations
