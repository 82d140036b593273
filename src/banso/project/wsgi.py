from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banso.project.settings")
application = get_wsgi_application()

from banso.project.opening import open_soon  # noqa: E402  the rooms must be there before

open_soon()
