"""What lists of agreements, pathways, versions of Annex 1 and grade scales can be narrowed by."""

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agreements.enums import AgreementKind, AgreementState, AnnexState, PathwayState
from agreements.models import Agreement, AgreementParty, AnnexVersion, GradeScale, Pathway
from core.tables import Words
from institutions.filters import PartnerFilter


def of_partner(pattern: str) -> Q:
    """Agreements with a partner of this name in any of its languages."""
    parties = AgreementParty.objects.filter(university__is_home=False, university__search_text__regex=pattern)
    return Q(Exists(parties.filter(agreement=OuterRef("pk"))))


class AgreementFilter(django_filters.FilterSet):
    """By words, kind and state."""

    q = Words(
        _("Number, title or partner"),
        texts=("name_kk", "name_ru", "name_en"),
        numbers=("number",),
        others=(of_partner,),
    )
    kind = django_filters.ChoiceFilter(choices=AgreementKind.choices, label=_("Kind"), empty_label=_("all"))
    state = django_filters.ChoiceFilter(choices=AgreementState.choices, label=_("State"), empty_label=_("all"))

    class Meta:
        model = Agreement
        fields = ()


class PathwayFilter(django_filters.FilterSet):
    """By words and state."""

    q = Words(
        _("Programme code, partner or No. of the agreement"),
        texts=("partner_programme__university__search_text",),
        numbers=("home_programme__code", "agreement__number", "epvo_number"),
    )
    state = django_filters.ChoiceFilter(choices=PathwayState.choices, label=_("State"), empty_label=_("all"))

    class Meta:
        model = Pathway
        fields = ()


class AnnexFilter(django_filters.FilterSet):
    """By words, partner and state."""

    q = Words(
        _("Programme code, partner or No. of the agreement"),
        texts=("pathway__partner_programme__university__search_text",),
        numbers=("pathway__home_programme__code", "pathway__agreement__number"),
    )
    partner = PartnerFilter("pathway__partner_programme__university")
    state = django_filters.ChoiceFilter(choices=AnnexState.choices, label=_("State"), empty_label=_("all"))

    class Meta:
        model = AnnexVersion
        fields = ()


class ScaleFilter(django_filters.FilterSet):
    """By words."""

    q = Words(_("Code or name"), texts=("name_kk", "name_ru", "name_en"), numbers=("code",))

    class Meta:
        model = GradeScale
        fields = ()
