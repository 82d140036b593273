"""アオゾラHR, an invented company whose files anybody can write, import and judge us by.

It has no door of its own into the product: it writes files, and the importer reads them like
anybody's.
One module per kind of file. What they share is made first: `company` (constants, time), `people`,
`population`, `contracts` and `stories` (what is planted in the book), then `careers`, `keepers` and
`fates` (who was there, who looked after whom, who left and why); all of it is one `Scene`. Kinds in
which something happens are first planned in numbers and put into words (`texts`) while they are
written. A further kind takes the scene as it is, throws dice of its own (`chances(seed, kind)`),
adds its rows in `writing` and its part of the truth in `happenings`.
"""

from __future__ import annotations

from banso.sample.writing import Written, write_company

__all__ = ["Written", "write_company"]
