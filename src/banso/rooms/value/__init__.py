"""Value: what customers buy us for, and what comes of it.

Today it keeps the *business case*: why a customer bought, what effect was expected, how it is
measured, by when, and who said so. Success plans and verified outcomes come to stand on it.
"""

from __future__ import annotations
