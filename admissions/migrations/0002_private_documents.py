"""Passports and health documents of packages get a purpose of their own: fewer people open them."""

from django.db import migrations

PRIVATE = ("passport", "medical", "insurance")


def name_them(apps, _schema_editor):
    items = apps.get_model("admissions", "PackageItem").objects.filter(kind__in=PRIVATE, upload__isnull=False)
    apps.get_model("documents", "Upload").objects.filter(pk__in=items.values("upload")).update(purpose="private_document")


class Migration(migrations.Migration):
    dependencies = [("admissions", "0001_initial"), ("documents", "0001_initial")]
    operations = [migrations.RunPython(name_them, migrations.RunPython.noop)]
