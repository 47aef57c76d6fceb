"""The Celery application. Tasks are found by core.apps, not here: the web process must know their names too."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satbayev_jdp.settings")
app = Celery("satbayev_jdp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
