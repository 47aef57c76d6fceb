"""A case that the IPD has cancelled is told apart from one that was refused or withdrawn."""

from typing import Any

from django.db import migrations, models

_CANCELLED_BY = ("outgoing.cancel", "outgoing.cancel_admitted", "incoming.cancel")


def tell_apart(apps: Any, _schema: Any) -> None:
    """What was cancelled before is called so from now on: history says by which step a case ended."""
    entries = apps.get_model("core", "HistoryEntry").objects.filter(
        subject_type="admissions.application", action__in=_CANCELLED_BY
    )
    ended = apps.get_model("admissions", "Application").objects.filter(state__in=("refused", "withdrawn"))
    ended.filter(pk__in=entries.values("subject_id")).update(state="cancelled")


class Migration(migrations.Migration):

    dependencies = [("admissions", "0004_order_redrafts"), ("core", "0006_email_dropped")]

    operations = [
        migrations.RemoveConstraint(
            model_name='application',
            name='one_live_application_a_term',
        ),
        migrations.RemoveConstraint(
            model_name='application',
            name='application_state_known',
        ),
        migrations.AlterField(
            model_name='application',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted to the institute'), ('nominated', 'on the candidate list'), ('in_review', 'with the department'), ('department_agreed', 'department agreed'), ('recommended', 'institute proposed'), ('proposed', 'proposed to the partner'), ('invited', 'invited'), ('documents_complete', 'documents complete'), ('order_requested', 'order requested'), ('order_drafted', 'order drafted'), ('admitted', 'admitted'), ('departed', 'departed'), ('arrived', 'arrived'), ('refused', 'refused'), ('partner_refused', 'refused by the partner'), ('withdrawn', 'withdrawn'), ('cancelled', 'cancelled')], db_index=True, default='draft', editable=False, max_length=40),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['refused', 'partner_refused', 'withdrawn', 'cancelled']), _negated=True), fields=('enrolment', 'term'), name='one_live_application_a_term'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'nominated', 'in_review', 'department_agreed', 'recommended', 'proposed', 'invited', 'documents_complete', 'order_requested', 'order_drafted', 'admitted', 'departed', 'arrived', 'refused', 'partner_refused', 'withdrawn', 'cancelled', ''])), name='application_state_known'),
        ),
        migrations.RunPython(tell_apart, migrations.RunPython.noop),
    ]
