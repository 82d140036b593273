"""The product-limit estimator, by hand and against the shared case of a telephone company."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest

from banso.engines.forecast.survival import product_limit

FOLDER = Path(__file__).parents[3] / os.environ.get("BANSO_CASES", "../shared")


def test_a_curve_by_hand() -> None:
    """Six customers: two leave at 2, one is last seen at 2, one leaves at 3, two last seen at 5."""
    durations = np.array([2, 2, 2, 3, 5, 5])
    curve = product_limit(durations, np.array([True, True, False, True, False, False]))
    assert curve.times.tolist() == [2, 3]
    assert curve.shares.tolist() == pytest.approx([4 / 6, 4 / 6 * 2 / 3])
    assert [curve.share_at(time) for time in (0, 1, 2, 3, 9)] == pytest.approx(
        [1.0, 1.0, 4 / 6, 4 / 9, 4 / 9]
    )
    assert curve.median == 3


def test_where_nobody_leaves_all_stay_and_there_is_no_median() -> None:
    curve = product_limit(np.array([1, 2]), np.array([False, False]))
    assert (curve.times.tolist(), curve.share_at(2), curve.median) == ([], 1.0, None)


def test_half_exactly_is_the_median() -> None:
    assert product_limit(np.array([4, 9]), np.array([True, False])).median == 4


def test_every_customer_has_a_duration_of_zero_or_more_and_an_end() -> None:
    with pytest.raises(ValueError, match="Expected a duration and an end"):
        product_limit(np.array([1, 2]), np.array([True]))
    with pytest.raises(ValueError, match="Expected durations of zero or more"):
        product_limit(np.array([-1]), np.array([True]))


def test_the_shared_case() -> None:
    file = FOLDER / "cases" / "revenue.json"
    if not file.exists():
        if os.environ.get("CI") == "true":
            raise FileNotFoundError(f"Expected the shared cases at {file}; set BANSO_CASES.")
        pytest.skip("shared cases not found: set BANSO_CASES")
    cases = json.loads(file.read_text())["cases"]
    [case] = [case for case in cases if case["id"] == "telco-km-filtered"]
    with (FOLDER / case["inputs"]["file"]).open(newline="", encoding="utf-8-sig") as opened:
        rows = [
            row
            for row in csv.DictReader(opened)
            if row["Contract"] == "Month-to-month" and row["InternetService"] != "No"
        ]
    durations = np.array([int(row["tenure"]) for row in rows])
    left = np.array([row["Churn"] == "Yes" for row in rows])
    curve = product_limit(durations, left)
    expected = case["expected"]
    assert (len(rows), int(left.sum()), curve.median) == (
        expected["n"],
        expected["events"],
        expected["median"],
    )
    shares = {time: curve.share_at(int(time)) for time in expected["S"]}
    assert shares == pytest.approx(expected["S"], abs=case["tolerance"])
