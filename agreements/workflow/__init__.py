"""The three lives of the Agreement road. Importing them here registers their machines for the regulation's pages."""

from agreements.workflow import agreement, annex, pathway

__all__ = ["agreement", "annex", "pathway"]
