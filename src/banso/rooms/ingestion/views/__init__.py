"""The pages of imports: files on their way in, and what has become of them."""

from __future__ import annotations
