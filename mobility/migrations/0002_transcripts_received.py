from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mobility", "0001_initial")]

    operations = [
        migrations.AddField("placement", "transcripts_received", models.JSONField(default=dict)),
    ]
