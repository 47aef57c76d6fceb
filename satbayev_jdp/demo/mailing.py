"""The mail of the demo: what was written goes out once a worker runs; what a full mailbox refused waits for the administrator."""

from core.models import OutgoingEmail
from core.notifications import MAX_ATTEMPTS
from satbayev_jdp.demo.world import email_of

_FULL = "452 4.2.2 <{}>: mailbox is full"


def build() -> None:
    """The last two messages to a partner were given up."""
    address = email_of("yangtze")
    last = OutgoingEmail.objects.filter(to=address).order_by("-pk").values("pk")[:2]
    OutgoingEmail.objects.filter(pk__in=[row["pk"] for row in last]).update(
        attempts=MAX_ATTEMPTS, error=_FULL.format(address)
    )
