"""アオゾラHR, an invented company whose files anybody can write, import and judge us by.

It has no door of its own into the product: it writes files, and the importer reads them like
anybody's.
One module per kind of file; what they share is `company` (constants and time), `people`,
`population`, `contracts` and `stories` (what is planted). A further kind takes these as they are,
throws dice of its own (`chances(seed, kind)`), adds its rows in `writing` and its part of the truth
in `truth`.
"""

from __future__ import annotations

from banso.sample.writing import Written, write_company

__all__ = ["Written", "write_company"]
