from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("institutions", "0002_accounts")]

    operations = [
        migrations.AlterField(
            model_name="licence",
            name="kind",
            field=models.CharField(
                choices=[
                    ("licence", "licence"),
                    ("act", "act that gives the right in its country"),
                    ("accreditation", "accreditation"),
                ],
                default="licence",
                max_length=40,
                verbose_name="kind",
            ),
        ),
    ]
