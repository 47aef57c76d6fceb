"""The front desk's place in the house: it wires events to handlers when everything is ready."""

from django.apps import AppConfig


class SatbayevJdpConfig(AppConfig):
    """The project as an app: management commands, wiring."""

    name = "satbayev_jdp"

    def ready(self) -> None:
        """Wire events to handlers, and hear who signs in."""
        from satbayev_jdp.door.held import register_work  # noqa: PLC0415 -- models are ready now
        from satbayev_jdp.door.passing import listen  # noqa: PLC0415 -- models are ready now
        from satbayev_jdp.wiring import wire  # noqa: PLC0415 -- models are ready now

        wire()
        listen()
        register_work()
