"""What is likely to come: how long customers stay.

- `survival`: the share still there after so many months, from customers observed so far.
"""

from __future__ import annotations
