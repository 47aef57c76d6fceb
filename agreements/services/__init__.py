"""Verbs on agreements, pathways and Annex 1."""
