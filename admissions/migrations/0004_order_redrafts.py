"""An order that was drafted anew names the draft whose place it takes."""

from django.db import migrations, models
from django.db.models import PROTECT


class Migration(migrations.Migration):
    dependencies = [("admissions", "0003_average_mark")]
    operations = [
        migrations.AddField(
            "order",
            "redrafts",
            models.OneToOneField("admissions.order", null=True, on_delete=PROTECT, related_name="redrafted"),
        ),
    ]
