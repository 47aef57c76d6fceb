"""Upward flow, all of it on this page: which event of a lower app is handled by which service of a higher one."""


def wire() -> None:
    """Subscribe every handler. Called once, when all apps are ready."""
