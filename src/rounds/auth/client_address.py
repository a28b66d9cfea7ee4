"""Where a request comes from, as far as attempts are counted and failures are logged."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Self

from starlette.requests import Request

UNKNOWN = "unknown"
# Whoever has IPv6 at all has a /64 (RFC 6177, RFC 7421), and so 2**64 addresses to guess from.
_ONE_HOUSEHOLD = 64
# Networks in whose addresses an IPv4 address stands last: mapped (RFC 4291, 2.5.5.2), translated (RFC 6052, 2.1).
_HOLDING_IPV4 = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))


@dataclass(frozen=True, slots=True)
class ClientAddress:
    """The address of a client: what logs show, and what its attempts are counted under."""

    shown: str
    counted: str

    @classmethod
    def of(cls, request: Request) -> Self:
        """The client's address; the server has put it there, and believes `X-Forwarded-For` of trusted proxies only."""
        return cls.parse(request.client.host if request.client else "")

    @classmethod
    def parse(cls, host: str) -> Self:
        """IPv4 as it is, also where it is written as IPv6; IPv6 by its network; everything else counts as one."""
        try:
            address = ip_address(host)
        except ValueError:
            return cls(UNKNOWN, UNKNOWN)
        if isinstance(address, IPv6Address):
            address = _plain(address)
        if isinstance(address, IPv4Address):
            return cls(str(address), str(address))
        return cls(str(address), str(IPv6Network((address, _ONE_HOUSEHOLD), strict=False)))


def _plain(address: IPv6Address) -> IPv4Address | IPv6Address:
    """Without the name of an interface, and as IPv4 if that is what it holds."""
    number = int(address)
    if any(IPv6Address(number) in network for network in _HOLDING_IPV4):
        return IPv4Address(number & 0xFFFFFFFF)
    return IPv6Address(number)
