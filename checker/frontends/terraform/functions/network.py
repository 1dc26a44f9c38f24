"""The IP network functions."""

import ipaddress
import re
from collections.abc import Mapping

from checker.frontends.terraform.functions.calling import Function, InvalidCallError, integer, plain, string

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# Leading zeros do not make a number octal.
_LEADING_ZEROS = re.compile(r"(?<![\d.:a-fA-F])0+(?=\d)|(?<=\.)0+(?=\d)")
# Numbers of addresses and subnets; those of IPv6 do not fit in 64 bits.
_BITS = 256


def _network(name: str, prefix: str) -> _Network:
    address, slash, length = prefix.partition("/")
    if not slash:
        raise InvalidCallError(f'"{name}" must have a length, as in 10.0.0.0/8')
    if ":" not in address:
        address = _LEADING_ZEROS.sub("", address)
    try:
        if "%" in address or not (length.isascii() and length.isdecimal()):
            raise ValueError
        return ipaddress.ip_network(f"{address}/{length}", strict=False)
    except ValueError:
        raise InvalidCallError(f'"{name}" must be an address prefix, as in 10.0.0.0/8') from None


def _cidrhost(prefix: str, hostnum: int) -> str:
    network = _network("prefix", prefix)
    if not -network.num_addresses <= hostnum < network.num_addresses:
        raise InvalidCallError('"prefix" has fewer addresses than "hostnum" needs')
    return str(network[hostnum])


def _cidrnetmask(prefix: str) -> str:
    network = _network("prefix", prefix)
    if network.version != 4:
        raise InvalidCallError('"prefix" must be of IPv4, since IPv6 has no netmasks')
    return str(network.netmask)


def _cidrsubnet(prefix: str, newbits: int, netnum: int) -> str:
    network = _network("prefix", prefix)
    length = network.prefixlen + newbits
    if not 0 <= length <= network.max_prefixlen:
        raise InvalidCallError('"newbits" must be no more than "prefix" leaves')
    # Terraform also accepts fewer bits than the prefix has, and negative numbers, and then loses a part of the prefix.
    if newbits >= 0 and netnum >= 1 << newbits:
        raise InvalidCallError('"netnum" does not fit into "newbits"')
    address = abs(int(network.network_address) | netnum << (network.max_prefixlen - length))
    if address >> network.max_prefixlen:
        raise InvalidCallError('"netnum" does not fit into "prefix"')
    kind = ipaddress.IPv4Address if network.version == 4 else ipaddress.IPv6Address
    return f"{kind(address)}/{length}"


def _kind(network: _Network) -> type[ipaddress.IPv4Network] | type[ipaddress.IPv6Network]:
    return ipaddress.IPv4Network if network.version == 4 else ipaddress.IPv6Network


_MOST_NEW_BITS = 32


def _cidrsubnets(prefix: str, *newbits: int) -> list[str]:
    network = _network("prefix", prefix)
    made: list[str] = []
    position = int(network.network_address)
    end = position + network.num_addresses
    for bits in newbits:
        length = network.prefixlen + bits
        if not 1 <= bits <= _MOST_NEW_BITS or length > network.max_prefixlen:
            raise InvalidCallError('each of "newbits" must lie between 1 and 32, and be no more than "prefix" leaves')
        size = 1 << (network.max_prefixlen - length)
        position = -(-position // size) * size
        if position + size > end:
            raise InvalidCallError('"prefix" has no room for so many subnets')
        made.append(str(_kind(network)((position, length))))
        position += size
    return made


def _cidrcontains(containing: str, contained: str) -> bool:
    network = _network("containing_prefix", containing)
    other = _network(
        "contained_ip_or_prefix", contained if "/" in contained else f"{contained}/{network.max_prefixlen}"
    )
    if network.version != other.version:
        raise InvalidCallError('"containing_prefix" and "contained_ip_or_prefix" must be of the same version of IP')
    start, end = int(network.network_address), int(network.broadcast_address)
    return start <= int(other.network_address) and int(other.broadcast_address) <= end


FUNCTIONS: Mapping[str, Function] = {
    "cidrcontains": plain(_cidrcontains, string("containing_prefix"), string("contained_ip_or_prefix"), forgets=True),
    "cidrhost": plain(_cidrhost, string("prefix"), integer("hostnum", _BITS)),
    "cidrnetmask": plain(_cidrnetmask, string("prefix")),
    "cidrsubnet": plain(_cidrsubnet, string("prefix"), integer("newbits"), integer("netnum", _BITS)),
    "cidrsubnets": plain(_cidrsubnets, string("prefix"), variadic=integer("newbits")),
}
