"""A request to an address that somebody gave us: only to the public internet, and not for long.

The host's name is resolved here, every address is looked at, and the connection goes to the
address that was looked at: a name that means another machine a moment later gains nothing.
Redirects are not followed, and no proxy of the environment is asked.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from mstation.errors import InvalidInput

Address = IPv4Address | IPv6Address

MOST_S = 10.0  # the whole request: connecting, sending, the answer
MOST_ANSWER_BYTES = 64 * 1024
_MOST_URL_SIGNS = 2000
# Source: IANA, IPv6 Global Unicast Address Assignments; what carries an IPv4 address is refused.
_GLOBAL_V6 = IPv6Network("2000::/3")
_CARRIES_V4 = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))  # 6to4, Teredo


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request: the status of the answer, or why there was none."""

    status: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """Where requests may go: to the public internet; also to this machine where tests say so."""

    loopback: bool = False

    def is_allowed(self, address: Address) -> bool:
        """Return whether a request may go to an address."""
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if address.is_loopback:
            return self.loopback
        if isinstance(address, IPv6Address) and (
            address not in _GLOBAL_V6 or any(address in net for net in _CARRIES_V4)
        ):
            return False
        return address.is_global and not address.is_multicast

    def checked(self, url: str) -> SplitResult:
        """Return the parts of an address that requests may go to, as far as it says by itself.

        Raises:
            InvalidInput: when it is no https address, carries a password, or names a machine
                that is not public.
        """
        parts = _split(url)
        schemes = ("https", "http") if self.loopback else ("https",)
        if parts.scheme not in schemes or not parts.hostname or parts.username is not None:
            raise InvalidInput(
                "give an address like https://example.org/hook, without a password in it",
                zh="请给出形如 https://example.org/hook 的地址，其中不含密码",
            )
        with suppress(ValueError):
            if not self.is_allowed(ip_address(parts.hostname)):
                raise _not_public(parts.hostname)
        return parts

    def resolve(self, host: str, port: int) -> str:
        """Return the address to connect to.

        Raises:
            InvalidInput: when the name means a machine that is not public.
            OSError: when the name means nothing.
        """
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(each[4][0]) for each in found]
        if not all(self.is_allowed(ip_address(each.partition("%")[0])) for each in addresses):
            raise _not_public(host)
        return addresses[0]

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Send a body and return what came of it.

        Raises:
            InvalidInput: when the address may not be asked.
        """
        parts = self.checked(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = str(parts.hostname)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            pinned = self.resolve(host, port)
            with _within(socket.create_connection((pinned, port), MOST_S)) as line:
                secured = _secured(line, host) if parts.scheme == "https" else line
                return Outcome(_ask(secured, parts.netloc, path, body, headers))
        except (OSError, UnicodeError, http.client.HTTPException) as error:
            return Outcome(None, str(error) or type(error).__name__)


PUBLIC = Outside()


def _split(url: str) -> SplitResult:
    if len(url) > _MOST_URL_SIGNS or not url.isascii() or not url.isprintable() or " " in url:
        raise InvalidInput(
            "an address is ASCII without spaces, up to 2,000 signs",
            zh="地址应为不含空格的 ASCII，最多 2000 个字符",
        )
    try:
        parts = urlsplit(url)
        with_port = parts.port is not None  # reading it says whether it is one
    except ValueError as error:
        raise InvalidInput("this is no address", zh="这不是有效的地址") from error
    if with_port and parts.port == 0:
        raise InvalidInput("there is no port 0", zh="端口不能为 0")
    return parts


def _not_public(host: str) -> InvalidInput:
    return InvalidInput(
        f"`{host}` is not a machine on the public internet", zh=f"`{host}` 不是公网上的主机"
    )


@contextmanager
def _within(line: socket.socket) -> Iterator[socket.socket]:
    """Cut a line when its time is up, however slowly the other side drips."""
    same = line.dup()  # securing a line takes it over; this one still can be cut

    def cut() -> None:
        with suppress(OSError):
            same.shutdown(socket.SHUT_RDWR)

    alarm = threading.Timer(MOST_S, cut)
    alarm.daemon = True
    alarm.start()
    try:
        with line:
            yield line
    finally:
        alarm.cancel()
        same.close()


def _secured(line: socket.socket, host: str) -> socket.socket:
    """Return a line on which the other side has shown that it is the host."""
    return ssl.create_default_context().wrap_socket(line, server_hostname=host)


def _ask(line: socket.socket, host: str, path: str, body: bytes, headers: Mapping[str, str]) -> int:
    with closing(http.client.HTTPConnection("outside", timeout=MOST_S)) as connection:
        connection.sock = line
        connection.putrequest("POST", path, skip_host=True, skip_accept_encoding=True)
        for name, value in {**headers, "Host": host, "Content-Length": str(len(body))}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        answer.read(MOST_ANSWER_BYTES)
        return answer.status
