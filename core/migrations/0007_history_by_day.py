from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0006_email_dropped"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="historyentry", name="history_of_actor"),
        migrations.AddIndex(
            model_name="historyentry",
            index=models.Index(fields=["actor", "at"], name="history_of_actor"),
        ),
    ]
