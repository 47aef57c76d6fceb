"""Grade scales."""

from django.db.models import QuerySet

from agreements.models import GradeScale


def scales() -> QuerySet[GradeScale]:
    """All grade scales. They are no secret: whoever is signed in may read them."""
    return GradeScale.objects.order_by("code")
