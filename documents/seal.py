"""What proves a paper: its hash, the short code printed on it, and the QR that leads to its verification page."""

import hashlib
import secrets

import segno
from django.conf import settings

from core.values import in_latin_capitals

# Without 0/O, 1/I/L and U: the code is read aloud and typed from paper.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_code() -> str:
    """A code as printed, XXXX-XXXX: 30^8 (about 6.5·10^11) possibilities, so that guessing one is hopeless."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def normalise_code(typed: str) -> str:
    """A code as people type it (lower case, without hyphen, spaces, on a Cyrillic keyboard) brought to its printed form."""
    letters = "".join(letter for letter in in_latin_capitals(typed) if letter.isalnum())
    return f"{letters[:4]}-{letters[4:8]}"


def verify_url(code: str) -> str:
    """The public address that the QR leads to."""
    return f"{settings.SITE_URL}/v/{code}/"


def qr_data_uri(code: str) -> str:
    """The QR as an SVG data address, for a paper's template."""
    return str(segno.make(verify_url(code), error="m").svg_data_uri(border=0, dark="#17212b"))


def sha256(content: bytes) -> str:
    """The seal: SHA-256 of the very bytes of the file, hexadecimal."""
    return hashlib.sha256(content).hexdigest()
