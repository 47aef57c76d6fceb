"""The project: settings, addresses, the front desk. Importing it makes the Celery application the current one."""

from satbayev_jdp.celery import app as celery_app

__all__ = ["celery_app"]
