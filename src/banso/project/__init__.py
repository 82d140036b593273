"""Floor 4: assembly only. Settings, routes, middleware, navigation, base templates, static files,
the command.
"""

from __future__ import annotations
