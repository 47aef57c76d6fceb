from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_reminded"),
    ]

    operations = [
        migrations.AddField(
            model_name="outgoingemail",
            name="dropped_at",
            field=models.DateTimeField(null=True),
        ),
    ]
