"""Kernels: compiled, they answer as their text does; and what they keep true of their arrays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from banso.engines.assignment.compiled import below, chances, compiled, uniform
from banso.engines.assignment.warming import warm
from tests.engines.assignment.plainly import told

ROOT = Path(__file__).parents[3]
WRITTEN = "def doubled(number):\n    return 2 * number\n"


def test_chance_is_even_and_decided_by_its_seed() -> None:
    first, second = chances(np.random.default_rng(1), 2)
    drawn = np.array([uniform(first) for _at in range(20_000)])
    assert (drawn.min() >= 0, drawn.max() < 1) == (True, True)
    assert np.abs(np.histogram(drawn, 10, (0, 1))[0] / 2000 - 1).max() < 0.1
    assert np.abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 0.03
    [again, other] = chances(np.random.default_rng(1), 2)
    assert uniform(again) == drawn[0]
    assert (uniform(second) == uniform(other), uniform(again) == uniform(other)) == (True, False)
    assert {below(second, 3) for _at in range(200)} == {0, 1, 2}


def test_where_compiled_code_can_not_be_kept_it_is_compiled_anew() -> None:
    written: dict[str, object] = {}
    exec(WRITTEN, written)
    assert compiled(written["doubled"])(21) == 42


def test_the_text_of_the_kernels_answers_as_they_do_compiled() -> None:
    plain = subprocess.run(
        [sys.executable, "-m", "tests.engines.assignment.plainly"],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (plain.stderr, plain.stdout.strip()) == ("", told())


def test_what_is_warm_stays_so() -> None:
    warm()
    warm()
    assert warm.cache_info().currsize == 1
