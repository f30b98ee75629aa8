"""Django's settings. A first run needs none; a real installation sets HEADWATER_DATA and HEADWATER_SECRET_FILE."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from headwater import __version__
from headwater.service.config.database import AS_OWNER, as_owner, databases
from headwater.service.config.secret import own_key, read_secret
from headwater.settings import read_settings

HEADWATER = read_settings()
SECRET = read_secret()
REAL = SECRET is not None
"""A real installation: only by names that were given, only by TLS, a second factor for everybody."""

DATA = HEADWATER.data.absolute()
VERSION = __version__
SERVICE = Path(__file__).parent.parent

SECRET_KEY = SECRET.key if SECRET else own_key(DATA)
SECRET_KEY_FALLBACKS = SECRET.old_keys if SECRET else []
DEBUG = False
ALLOWED_HOSTS = SECRET.hosts if SECRET else ["localhost", "127.0.0.1", "[::1]"]
SECOND_FACTOR = REAL

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "headwater.service.design",
    "headwater.service.audit",
    "headwater.service.agencies",
    "headwater.service.notices",
    "headwater.service.cases",
    "headwater.service.desk",
    "headwater.service.areas",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
]
OURS = ("audit", "agencies", "notices", "cases", "areas")
"""The apps whose models hold the service's own data: each is watched by the log and has a rule of retention."""

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "headwater.service.config.middleware.OneName",
    "csp.middleware.CSPMiddleware",
    "headwater.service.config.middleware.Careful",
    "headwater.service.config.middleware.Bounded",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "headwater.service.agencies.middleware.SessionLimits",
    "headwater.service.agencies.account_pages.Navigation",
    "headwater.service.audit.middleware.NameWhoActs",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "headwater.service.cases.middleware.TooLate",
]

ROOT_URLCONF = "headwater.service.config.urls"
WSGI_APPLICATION = "headwater.service.config.wsgi.application"
DATABASES = databases(DATA, SECRET)
DATABASE_ROLES = {name: one["USER"] for name, one in DATABASES.items()}
if MIGRATING := bool(os.environ.get(AS_OWNER)):
    DATABASES = as_owner(DATABASES)
DATABASE_ROUTERS = ["headwater.service.config.router.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SERVICE / "design" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "builtins": ["headwater.service.design.templatetags.words"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "headwater.service.design.frame.frame",
            ],
        },
    }
]
FORM_RENDERER = "headwater.service.design.renderer.Renderer"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [
    SERVICE.parent / "triggers" / "pages" / "static"
]  # One sheet and typeface for the search's pages and ours.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA / "documents"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 2_000
MOST_BODY = 64_000_000
"""Bytes. A run of two thousand packages is smaller."""

# ---- who signs in, and how
AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = ["headwater.service.agencies.sign_in.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Headwater: "
ACCOUNT_ADAPTER = "headwater.service.agencies.sign_in.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "headwater.service.agencies.sign_in.SocialAccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = (
    "none"  # An administrator makes the account with the address of the agency's own directory.
)
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if REAL else "http"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
LOCKED_OUT_MINUTES = 5
"""So long nobody signs in with an address after five wrong passwords."""
# A whole force can stand behind one address, and come on shift in one minute: it is the single account that is guarded closely.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": f"60/m/ip,5/{LOCKED_OUT_MINUTES * 60}s/key"}
MFA_ADAPTER = "headwater.service.agencies.sign_in.MFAAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not REAL
MFA_TOTP_ISSUER = "Headwater"
OWN_FORMS = "headwater.service.agencies.account_pages"
ACCOUNT_FORMS = {
    "change_password": f"{OWN_FORMS}.ChangePassword", "set_password": f"{OWN_FORMS}.SetPassword", "reset_password": f"{OWN_FORMS}.ResetPassword",
    "reset_password_from_key": f"{OWN_FORMS}.ResetPasswordKey", "reauthenticate": f"{OWN_FORMS}.Reauthenticate",
}  # fmt: skip
MFA_FORMS = {
    "authenticate": f"{OWN_FORMS}.Authenticate", "reauthenticate": f"{OWN_FORMS}.ReauthenticateByCode", "activate_totp": f"{OWN_FORMS}.ActivateApp",
    "add_webauthn": f"{OWN_FORMS}.AddPasskey", "edit_webauthn": f"{OWN_FORMS}.EditPasskey",
}  # fmt: skip
USERSESSIONS_TRACK_ACTIVITY = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": one.id,
                "name": one.name,
                "client_id": one.client,
                "secret": one.secret,
                "settings": {"server_url": one.server},
            }
            for one in (SECRET.sign_in if SECRET else [])
        ],
    }
}
SIGN_IN_DOMAINS = {one.id: [domain.casefold() for domain in one.domains] for one in (SECRET.sign_in if SECRET else [])}
"""An agency's own sign-in → the e-mail domains for which it may vouch."""
ALLAUTH_TRUSTED_PROXY_COUNT = int(SECRET is not None and SECRET.behind_proxy)
"""Behind a proxy everybody would else be one address to the limits on guessing."""
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_IDLE = timedelta(minutes=30) if REAL else timedelta(hours=4)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if REAL else "headwater-session"
CSRF_COOKIE_NAME = "__Host-csrf" if REAL else "headwater-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "headwater.service.design.views.form_too_old"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = REAL
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if REAL else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECRET and SECRET.behind_proxy else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF, *[one.server.rstrip("/") for one in (SECRET.sign_in if SECRET else [])]],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=(), "
    "publickey-credentials-get=(self), publickey-credentials-create=(self)"
)

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "service_cache",
        "OPTIONS": {"MAX_ENTRIES": 500_000},
    }
}
"""In the database: the limits on sign-in attempts hold over all processes. Large, or a flood of made-up names would push out the counters."""

# ---- mail and work in the background
if SECRET and SECRET.mail:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = SECRET.mail.host, SECRET.mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = SECRET.mail.user, SECRET.mail.password
    EMAIL_USE_TLS, EMAIL_TIMEOUT = SECRET.mail.tls, 20
    DEFAULT_FROM_EMAIL = SECRET.mail.sender
elif not REAL and (told := os.environ.get("HEADWATER_MAIL_SERVER")):  # A first run with a mail server on this machine.
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = told.rpartition(":")[0], int(told.rpartition(":")[2])
    EMAIL_TIMEOUT, DEFAULT_FROM_EMAIL = 20, "headwater@localhost"
else:  # No mail server was named: mails lie in a folder, where `headwater doctor` points to them.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA / "outbox"
    DEFAULT_FROM_EMAIL = "headwater@localhost"
SITE_ADDRESS = f"https://{ALLOWED_HOSTS[0]}" if REAL else f"http://localhost:{os.environ.get('HEADWATER_PORT', '8000')}"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
SCANNER = SECRET.scanner if SECRET else ""
NATION = SECRET.nation if SECRET else "ENG"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "headwater.service.config.faults.WithoutValues",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "level": "WARNING"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # An address of a page or a form that was refused can hold what somebody searched for.
    "loggers": {"django.request": {"level": "ERROR", "handlers": ["console"], "propagate": False}},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
