from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_job_error"),
    ]

    operations = [
        migrations.AddField(
            model_name="workitem",
            name="quiet_until",
            field=models.DateField(null=True),
        ),
    ]
