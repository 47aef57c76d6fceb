"""Doors of the Agreement road."""
