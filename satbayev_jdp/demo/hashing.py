"""How the demo keeps its one password, which it prints on a page: quickly, or fifty accounts would take twenty seconds."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2 that hides nothing: there is nothing to hide. Only `DEMO=1` uses it (settings)."""

    time_cost = 1
    memory_cost = 64
    parallelism = 1
