"""Doors of programmes, students and calendars."""
