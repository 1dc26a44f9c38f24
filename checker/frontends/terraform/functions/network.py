"""The IP network functions."""

import ipaddress
from collections.abc import Mapping

from checker.frontends.terraform.functions.calling import (
    Function,
    InvalidCallError,
    as_integer,
    as_text,
    plain,
)

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _network(prefix: str) -> _Network:
    if "/" not in prefix:
        raise InvalidCallError("an address prefix needs a length")
    try:
        return ipaddress.ip_network(prefix, strict=False)
    except ValueError:
        raise InvalidCallError("this is not an address prefix") from None


def _cidrhost(prefix: str, number: int) -> str:
    network = _network(prefix)
    if not -network.num_addresses <= number < network.num_addresses:
        raise InvalidCallError("the prefix has not so many addresses")
    return str(network[number])


def _cidrnetmask(prefix: str) -> str:
    network = _network(prefix)
    if network.version != 4:
        raise InvalidCallError("only IPv4 has netmasks")
    return str(network.netmask)


def _cidrsubnet(prefix: str, bits: int, number: int) -> str:
    return str(_subnet(_network(prefix), bits, number))


def _subnet(network: _Network, bits: int, number: int) -> _Network:
    length = network.prefixlen + bits
    if bits < 0 or length > network.max_prefixlen or not 0 <= number < 2**bits:
        raise InvalidCallError("the prefix has not so many subnets")
    start = int(network.network_address) + (number << (network.max_prefixlen - length))
    kind = ipaddress.IPv4Network if network.version == 4 else ipaddress.IPv6Network
    return kind((start, length))


def _cidrsubnets(prefix: str, *sizes: int) -> list[str]:
    network = _network(prefix)
    made: list[str] = []
    position = int(network.network_address)
    end = position + network.num_addresses
    kind = ipaddress.IPv4Network if network.version == 4 else ipaddress.IPv6Network
    for bits in sizes:
        length = network.prefixlen + bits
        if bits < 1 or length > network.max_prefixlen:
            raise InvalidCallError("a subnet needs at least one bit, and no more than there are")
        size = 1 << (network.max_prefixlen - length)
        position = -(-position // size) * size
        if position + size > end:
            raise InvalidCallError("the prefix has no room for so many subnets")
        made.append(str(kind((position, length))))
        position += size
    return made


FUNCTIONS: Mapping[str, Function] = {
    "cidrhost": plain(_cidrhost, as_text, as_integer),
    "cidrnetmask": plain(_cidrnetmask, as_text),
    "cidrsubnet": plain(_cidrsubnet, as_text, as_integer, as_integer),
    "cidrsubnets": plain(_cidrsubnets, as_text, rest=as_integer),
}
