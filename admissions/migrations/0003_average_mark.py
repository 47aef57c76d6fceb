"""A partner may state the average mark of its candidate."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("admissions", "0002_private_documents")]
    operations = [
        migrations.AddField(
            "application",
            "average_mark",
            models.DecimalField("average mark", max_digits=6, decimal_places=2, null=True),
        ),
    ]
