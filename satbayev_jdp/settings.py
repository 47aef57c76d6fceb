"""Settings. With no environment at all: SQLite, files as broker and outbox, one machine. Every variable is in README.md."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from kombu import Exchange, Queue

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- who we are ---------------------------------------------------------------------------------------------------
DEBUG: bool = env.bool("DEBUG", default=False)
# Everything that must last and is not in a database server lies here: SQLite, papers, uploads, broker files, outbox.
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
SITE_URL: str = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_FAILURE_VIEW = "satbayev_jdp.door.unsent.stale"
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DEMO: bool = env.bool("DEMO", default=False)


def _secret_key() -> str:
    """The key from the environment, or one made on first start and kept beside the embedded database."""
    key: str = env.str("SECRET_KEY", default="")
    if key:
        return key
    from django.core.management.utils import get_random_secret_key  # noqa: PLC0415 -- needed on the embedded default only

    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Processes may start at once: whoever links first has made the key, and none reads half of it.
        with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as made:
            made.write(get_random_secret_key())
            made.flush()
            with suppress(FileExistsError):
                os.link(made.name, path)
    return path.read_text(encoding="ascii")


SECRET_KEY = _secret_key()
# Keys that were: what they locked (second factors, links under way) still opens; nothing new is locked with them.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])

# --- the house ----------------------------------------------------------------------------------------------------
HOUSE = [
    "core",
    "regulation",
    "institutions",
    "documents",
    "programmes",
    "agreements",
    "admissions",
    "mobility",
    "transcripts",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_filters",
    "django_htmx",
    "csp",
    "axes",
    *HOUSE,
    "satbayev_jdp",
]
MIDDLEWARE = [
    "core.middleware.HeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "satbayev_jdp.demo.making.WaitForTheDemo",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "satbayev_jdp.door.middleware.SessionEndMiddleware",
    "satbayev_jdp.door.middleware.SignInFirstMiddleware",
    "core.middleware.RequestMiddleware",
    "satbayev_jdp.door.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "satbayev_jdp.urls"
WSGI_APPLICATION = "satbayev_jdp.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "core.templatetags.ui",
                "core.templatetags.lists",
                "core.templatetags.written",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "satbayev_jdp.desk.context.frame",
            ],
        },
    }
]

# --- databases (the same code runs on both) -----------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR}/jdp.sqlite3")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    # IMMEDIATE and WAL: web and worker write to one file.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A case is read with its agreement, programmes and units: sixteen joins over keys, written in the order they are
    # wanted. PostgreSQL would weigh every order of eight at a time, 40 ms a query, and compile what runs for 1 ms.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c join_collapse_limit=3 -c jit=off")

# --- Redis, or nothing --------------------------------------------------------------------------------------------
REDIS_URL: str = env.str("REDIS_URL", default="")
# Seconds after which a server that says nothing is taken for one that is away.
_REDIS_SILENT = {"socket_timeout": 5, "socket_connect_timeout": 5}
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": _REDIS_SILENT,
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(DATA_DIR / "cache")}
}

# --- Celery: the database remembers, the broker only wakes a worker (core.jobs) -----------------------------------
# The host means nothing to files; without one every process would log that it takes localhost.
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = _REDIS_SILENT
if not REDIS_URL:
    CELERY_BROKER_TRANSPORT = "satbayev_jdp.broker:Transport"
    for folder in ("broker/messages", "broker/processed", "broker/control"):
        (DATA_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "broker/messages"),
        "data_folder_out": str(DATA_DIR / "broker/messages"),
        "processed_folder": str(DATA_DIR / "broker/processed"),
        "control_folder": str(DATA_DIR / "broker/control"),
        "store_processed": False,
    }
# A worker takes from each queue in turn: what a person watches a bar for ("jobs") does not wait behind single papers
# ("celery"), nor these behind a demo's papers and what the sweep found ("unwatched", core.jobs).
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in ("celery", "jobs", "unwatched")]
CELERY_TASK_ROUTES = {"core.run_job": {"queue": "jobs", "routing_key": "jobs"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = (
    False  # whoever waits for a page does not wait for the broker: the sweep wakes the work again
)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Almaty"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "pick up what was lost": {"task": "core.sweep", "schedule": 30.0},
    "send waiting e-mail": {"task": "core.send_outbox", "schedule": 60.0},
    # What the new day brings (core.reminders). Every hour: a sweep that was slept through or killed is made up for.
    "what time brings": {"task": "core.settle_due", "schedule": crontab(minute=10)},
    # From eight in the morning on, so that a late start makes up for it; nobody gets a second one that day.
    "digest of the day": {"task": "satbayev_jdp.send_digests", "schedule": crontab(hour="8-18", minute=0)},
    "forget who came": {"task": "satbayev_jdp.forget_sign_ins", "schedule": crontab(hour=3, minute=30)},
}

# --- e-mail -------------------------------------------------------------------------------------------------------
if env.str("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA_DIR / "outbox")
EMAIL_TIMEOUT = 15  # seconds
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="Satbayev JDP <jdp@satbayev.example>")

# --- files --------------------------------------------------------------------------------------------------------
MEDIA_ROOT = DATA_DIR / "files"
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# All that ships with pages lies there, vendored with its licence; what packages bring along is nobody's to ask for.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
_FILES: dict[str, Any] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
if env.str("S3_BUCKET", default=""):
    _FILES = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.str("S3_BUCKET"),
            "endpoint_url": env.str("S3_ENDPOINT", default=None),
            "access_key": env.str("S3_ACCESS_KEY", default=None),
            "secret_key": env.str("S3_SECRET_KEY", default=None),
            "region_name": env.str("S3_REGION", default=None),
            "default_acl": "private",
            "file_overwrite": False,
        },
    }
STORAGES: dict[str, dict[str, Any]] = {
    "default": _FILES,
    "staticfiles": {
        "BACKEND": "satbayev_jdp.statics.StaticFiles"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Not packed: what is packed already, and the fonts of papers, which no browser asks for (14 of collectstatic's 15 seconds).
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["br", "gif", "gz", "jpeg", "jpg", "png", "ttf", "webp", "woff", "woff2", "zip"]
# What comes in is cut off one byte past the limit, so that a huge file neither fills the disk nor goes unanswered.
FILE_UPLOAD_HANDLERS = [
    "core.uploads.CutOffUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
UPLOAD_MAX_BYTES: int = env.int("UPLOAD_MAX_BYTES", default=10 * 1024 * 1024)
IMPORT_MAX_BYTES: int = env.int("IMPORT_MAX_BYTES", default=5 * 1024 * 1024)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# After so many days passports and health documents are erased; 0: they are kept as long as the case.
PERSONAL_FILES_KEPT_DAYS: int = env.int("PERSONAL_FILES_KEPT_DAYS", default=0)
# host:port or the path of a socket of ClamAV's daemon; without it uploads are kept as "not scanned".
CLAMD_ADDRESS: str = env.str("CLAMD_ADDRESS", default="")

# --- people -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "institutions.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "inbox"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = [
    "satbayev_jdp.demo.hashing.QuickArgon2PasswordHasher"
    if DEMO
    else "django.contrib.auth.hashers.Argon2PasswordHasher"
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 3600
# One account from one place, so that nobody is shut out by a colleague behind the same address. What goes for a place or
# an account as a whole stands in door/limits.py.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_WHITELIST_CALLABLE = "satbayev_jdp.door.limits.is_known"
AXES_USERNAME_CALLABLE = "satbayev_jdp.door.limits.account_of"
AXES_CLIENT_IP_CALLABLE = "satbayev_jdp.door.limits.place_of"
AXES_RESET_ON_SUCCESS = True
SIGN_INS_KEPT_DAYS = 180  # who signed in or failed to, from where; history of what was done is kept for ever
AXES_LOCKOUT_TEMPLATE = "registration/locked_out.html"
AXES_VERBOSE = False
# off: no pages for it; offered: whoever wants one; required_for_staff: who works at the University gets no further without.
SECOND_FACTOR: str = env.str("SECOND_FACTOR", default="offered")
if SECOND_FACTOR not in {"off", "offered", "required_for_staff"}:  # a slip of the pen must not mean "not required"
    raise ImproperlyConfigured(f"SECOND_FACTOR is off, offered or required_for_staff, not {SECOND_FACTOR}")
# Single sign-on: the button stands on the login page when an issuer is named.
OIDC_ISSUER: str = env.str("OIDC_ISSUER", default="").rstrip("/")
OIDC_CLIENT_ID: str = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET: str = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAME: str = env.str("OIDC_NAME", default="SSO")

# --- languages and time -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "kk"
LANGUAGES = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]
# One catalogue an app, so that two people who translate two apps never meet in one file.
LOCALE_PATHS = [BASE_DIR / "locale" / name for name in (*HOUSE, "satbayev_jdp")]
FORMAT_MODULE_PATH = ["core.formats"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = "Asia/Almaty"
USE_TZ = True

# --- safety -------------------------------------------------------------------------------------------------------
_SELF = "'self'"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": [_SELF],
        "style-src": [_SELF],
        "img-src": [_SELF, "data:"],
        "font-src": [_SELF],
        "connect-src": [_SELF],
        "form-action": [_SELF],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "camera",
        "microphone",
        "geolocation",
        "payment",
        "usb",
        "browsing-topics",
        "display-capture",
        "midi",
    )
)
HTTPS: bool = env.bool("HTTPS", default=not DEBUG and SITE_URL.startswith("https://"))
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^health/"]
# How many proxies stand before the program: that many addresses at the end of X-Forwarded-For are not typed by the asker.
PROXY_COUNT: int = env.int("PROXY_COUNT", default=int(HTTPS))
if HTTPS:  # no neighbour under the same domain can set these
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Host-language"
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600  # since signing in, however busy (door/middleware.py)
# Who works at the University is signed out after so long without a click; 0: never before the twelve hours are over.
SESSION_IDLE_MINUTES: int = env.int("SESSION_IDLE_MINUTES", default=120)
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"weasyprint": {"level": "ERROR"}, "fontTools": {"level": "ERROR"}},
}
