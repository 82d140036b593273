"""Published and agreed instances, read into problems. The folder comes from BANSO_CASES."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from banso.engines.assignment.problem import NOBODY, Arcs, Bands, Floats, Problem

FOLDER = Path(__file__).parents[3] / os.environ.get("BANSO_CASES", "../shared")
CASES = FOLDER / "cases" / "assignment"

if not CASES.exists():
    if os.environ.get("CI") == "true":
        raise FileNotFoundError(f"Expected the shared cases at {CASES}; set BANSO_CASES.")
    pytest.skip(f"no shared cases at {CASES}", allow_module_level=True)

README: dict[str, Any] = json.loads((CASES / "README.json").read_text())
GAP: dict[str, dict[str, Any]] = {
    Path(each["path"]).name: each for each in README["gap"]["instances"]
}
BOOKS: dict[str, dict[str, Any]] = {
    Path(each["file"]).stem: each for each in README["books"]["values"]
}
PARTITIONS: dict[str, dict[str, Any]] = {
    each["name"]: each for each in json.loads((CASES / "partition.json").read_text())
}


def generalised_assignment(name: str) -> Problem:
    """Items to agents. What an item weighs depends on the agent: each agent is a measure of which
    nobody else has a limit.
    """
    figures = np.array((CASES / GAP[name]["path"]).read_text().split(), np.float64)
    agents, items = figures[:2].astype(int)
    costs, weights = figures[2:-agents].reshape(2, agents, items)
    limit = np.full((agents, agents), np.inf)
    np.fill_diagonal(limit, figures[-agents:])
    return _everybody(costs.T, weights.T, _bands(np.zeros((agents, agents)), 0.0, limit))


def partition(name: str) -> Problem:
    """Items to bins as even as can be: whatever a bin has beside its share costs its amount."""
    bins, items = PARTITIONS[name]["bins"], np.array(PARTITIONS[name]["items"], np.float64)
    target = np.full((bins, 1), items.sum() / bins)
    bands = _bands(target, 1.0, np.full((bins, 1), np.inf))
    return _everybody(np.zeros((len(items), bins)), items[:, None], bands)


def book(name: str) -> Problem:
    """A book of accounts, ARR and hours."""
    with np.load(CASES / BOOKS[name]["file"]) as given:
        loads, target = given["A"].astype(np.float64), given["T"].astype(np.float64)
        start = given["ptr"].astype(np.int64)
        arcs = Arcs(start, given["col"].astype(np.int32), given["c"].astype(np.float64))
        bands = Bands(
            given["lo"].astype(np.float64),
            given["up"].astype(np.float64),
            given["W"].astype(np.float64),
            np.full(target.shape, np.inf),
        )
        owner = given["own"].astype(np.int64)
    return _problem(loads, arcs, bands, target, owner)


def _bands(target: Floats, weight: float, limit: Floats) -> Bands:
    return Bands(target, target, np.full(target.shape, weight), limit)


def _everybody(costs: Floats, loads: Floats, bands: Bands) -> Problem:
    """A problem in which everybody may hold everything."""
    count, members = costs.shape
    start = np.arange(count + 1) * members
    arcs = Arcs(start, np.tile(np.arange(members, dtype=np.int32), count), costs.ravel())
    return _problem(loads, arcs, bands, bands.high, np.full(count, NOBODY))


def _problem(loads: Floats, arcs: Arcs, bands: Bands, target: Floats, owner: Any) -> Problem:
    return Problem(
        accounts=tuple(f"a{at}" for at in range(len(loads))),
        members=tuple(f"m{at}" for at in range(len(target))),
        measures=tuple(f"k{at}" for at in range(loads.shape[1])),
        loads=loads,
        arcs=arcs,
        bands=bands,
        target=target,
        besides=np.zeros(target.shape),
        owner=owner,
    )
