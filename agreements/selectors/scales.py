"""Grade scales."""

from django.db.models import QuerySet

from agreements.models import GradeScale, Pathway


def scales() -> QuerySet[GradeScale]:
    """All grade scales. They are no secret: whoever is signed in may read them."""
    return GradeScale.objects.order_by("code")


def unnamed_scales() -> frozenset[int]:
    """The keys of the scales that no pathway names: these can still be corrected (5.7.3)."""
    named = Pathway.objects.filter(scale__isnull=False).values("scale")
    return frozenset(GradeScale.objects.exclude(pk__in=named).values_list("pk", flat=True))
