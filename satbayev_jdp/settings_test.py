"""Stricter than production: warnings are errors (pyproject), N+1 queries raise, tasks run at once."""

import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from satbayev_jdp.settings import *  # noqa: F403 -- a settings module is a namespace
from satbayev_jdp.settings import (
    BASE_DIR,
    CACHES,
    DATABASES,
    INSTALLED_APPS,
    MIDDLEWARE,
    REDIS_URL,
    STORAGES,
    TEMPLATES,
)

_PROCESS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 1
SECRET_KEY = "only for tests, never for people"  # noqa: S105 -- nothing lies behind it
DEMO = True
DATA_DIR = Path(tempfile.mkdtemp(prefix="jdp-test-"))
MEDIA_ROOT = DATA_DIR / "files"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir()  # WhiteNoise warns of a folder that is not there
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file: an in-memory database ignores the busy timeout, so that threads would see what production never shows.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
if REDIS_URL:
    # Test processes share the server, not the keys: a clear() in one must not empty the other.
    CACHES["default"]["LOCATION"] = urlsplit(REDIS_URL)._replace(path=f"/{_PROCESS}").geturl()
else:
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
AXES_ENABLED = False

INSTALLED_APPS.append("zeal")
MIDDLEWARE.append("zeal.middleware.zeal_middleware")
ZEAL_RAISE = True
# One request may issue several papers (invitation and extract: 7.5): each numbers itself under its register's lock.
ZEAL_ALLOWLIST = [
    {"model": "institutions.University", "field": "get()"},
    {"model": "documents.Register", "field": "get()"},
]


class UndefinedVariable(str):
    """What a template prints for a name it does not know: an error, so that a typing slip is not a blank."""

    __slots__ = ()

    def __mod__(self, name: object) -> str:
        """Refuse to render."""
        raise NameError(f"undefined template variable: {name}")


TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], BASE_DIR / "tests/templates"]  # papers that only tests print
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable("%s")
