"""What a web process does beside its start, so that its first readers needn't wait for it."""

from __future__ import annotations

import logging
from threading import Thread

from django.db import connection
from django.utils.timezone import localdate

from banso.kit import questions

logger = logging.getLogger(__name__)


def open_soon() -> None:
    """Compile what pages will ask. The process waits for a question under way when it ends: an
    engine that is torn down by a dying thread takes the process along.
    """
    Thread(target=_open, name="opening").start()


def _open() -> None:
    try:
        for opener in questions.openers:
            opener(localdate())
    except Exception:
        logger.exception("The questions of the first pages could not be compiled in advance.")
    finally:
        connection.close()
