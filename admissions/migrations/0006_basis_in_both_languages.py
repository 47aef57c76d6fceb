"""The further basis of an order is said in both languages that it is issued in; what was said once stands in both."""

from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    dependencies = [("admissions", "0005_cancelled_cases")]
    operations = [
        migrations.RenameField("order", "basis", "basis_kk"),
        migrations.AlterField("order", "basis_kk", models.TextField("further basis in Kazakh", blank=True)),
        migrations.AddField(
            "order", "basis_ru", models.TextField("further basis in Russian", blank=True, default=""), preserve_default=False
        ),
        migrations.RunPython(
            lambda apps, _schema: apps.get_model("admissions", "Order").objects.update(basis_ru=F("basis_kk")),
            migrations.RunPython.noop,
        ),
    ]
