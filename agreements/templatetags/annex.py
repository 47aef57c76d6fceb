"""Sums of Annex 1 on pages."""

from django import template

from agreements.convert import AnnexSums
from agreements.tables.grid import difference_in_words

register = template.Library()


@register.filter
def difference(sums: AnnexSums) -> str:
    """Whether a total is equal at both sides, else by how much and on which side (A1-c)."""
    return difference_in_words(sums)
