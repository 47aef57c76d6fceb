"""A client of ClamAV's daemon (INSTREAM), in the standard library: the package of that name was last released in 2014."""

import socket
import struct

CHUNK = 64 * 1024
TIMEOUT_SECONDS = 15.0


def virus_in(content: bytes, *, address: str) -> str:
    """The name of the virus that clamd at `address` (host:port, or the path of a socket) finds; empty for none.

    Raises OSError when it does not answer, or answers anything but a verdict.
    """
    with _connected(address) as connection:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            piece = content[start : start + CHUNK]
            connection.sendall(struct.pack("!L", len(piece)) + piece)
        connection.sendall(struct.pack("!L", 0))
        answer = _all_of(connection).decode(errors="replace").strip("\0\n ")
    verdict = answer.removeprefix("stream:").strip()
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise OSError(f"clamd: {answer}")


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(TIMEOUT_SECONDS)
        connection.connect(address)
        return connection
    host, _sep, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=TIMEOUT_SECONDS)


def _all_of(connection: socket.socket) -> bytes:
    found = b""
    while piece := connection.recv(4096):
        found += piece
    return found
