"""The University's order of arrival of foreign students: one document for everybody, the newest counts (9.3)."""

from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_noop

from core.workflow import NotAllowedError
from documents.models import Upload
from documents.services import store_upload
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from institutions.selectors import home_university
from mobility.pdf.stay import ARRIVAL_RULES


@transaction.atomic
def upload_rules(*, file: BinaryIO, name: str, actor: User) -> Upload:
    """The IPD uploads the order of arrival as a PDF; older ones stay in history. Raises NotAllowedError, FileRefusedError."""
    if not standing_of(actor).holds(Role.IPD_COORDINATOR):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    return store_upload(file=file, name=name, purpose_name=ARRIVAL_RULES.name, subject=home_university(), actor=actor)
