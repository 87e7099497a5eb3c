"""Channels (渠道) by which leads come: what a lead from there costs, and who may send some by the API."""

from dataclasses import dataclass

PER_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel. `cost_fen` is what one lead costs, None where that is not known. With a `key` it may send leads by
    the API, up to `per_minute`, signed with the secret in the environment variable `secret`. Customers who add an
    officer in a messenger come from here if their QR code says one of the words in `states`; they want `product`."""

    name: str
    cost_fen: int | None = None
    key: str = ""
    secret: str = ""
    per_minute: int = PER_MINUTE
    states: tuple[str, ...] = ()
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Channels:
    """All channels that the company has named; leads may come from others too."""

    channels: tuple[Channel, ...] = ()

    def by_key(self, key: str) -> Channel | None:
        """The channel that sends with this key, or None."""
        return next((channel for channel in self.channels if channel.key and channel.key == key), None)

    def by_state(self, state: str) -> Channel | None:
        """The channel whose QR codes say `state`, or None."""
        return next((channel for channel in self.channels if state and state in channel.states), None)
