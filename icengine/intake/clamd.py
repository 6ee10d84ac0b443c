"""The virus check of files: clamd, over its own protocol (INSTREAM), one connection for each file."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass

CHUNK = 64 * 1024
SECONDS = 20.0
"""How long clamd may keep silent."""
LONGEST_REPLY = 4096


class ScanFailed(Exception):
    """clamd did not say what the file is: why, in Swedish."""

    def __init__(self, message: str, *, unreachable: bool = False) -> None:
        """`unreachable`: there is no use in asking about the next file."""
        self.unreachable = unreachable
        super().__init__(message)


@dataclass(frozen=True)
class Clamd:
    """Where clamd listens: `tcp://host:port` or `unix:/path`."""

    address: str
    seconds: float = SECONDS

    def is_infected(self, data: bytes) -> bool:
        """Does clamd find something in it? Raises ScanFailed where it does not say."""
        try:
            connection = self._connected()
        except OSError as error:
            message = f"Viruskontrollen på {self.address} svarar inte: {error}."
            raise ScanFailed(message, unreachable=True) from error
        try:
            with connection:
                _send(connection, data)
                reply = _reply(connection)
        except OSError as error:
            message = f"Viruskontrollen på {self.address} slutade svara: {error}."
            raise ScanFailed(message) from error
        if reply == "stream: OK":
            return False
        if reply.startswith("stream: ") and reply.endswith(" FOUND"):
            return True
        raise ScanFailed(f"Viruskontrollen svarade ”{reply or 'ingenting'}”.")

    def _connected(self) -> socket.socket:
        if self.address.startswith("unix:"):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self.seconds)
            try:
                connection.connect(self.address.removeprefix("unix:"))
            except OSError:
                connection.close()
                raise
            return connection
        host, _, port = self.address.removeprefix("tcp://").rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), self.seconds)


def _send(connection: socket.socket, data: bytes) -> None:
    """The file, in parts. One that is too large is answered before it is all sent, and hung up on:
    what it was answered is then there to be read."""
    try:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), CHUNK):
            part = data[start : start + CHUNK]
            connection.sendall(struct.pack("!L", len(part)) + part)
        connection.sendall(struct.pack("!L", 0))
    except (BrokenPipeError, ConnectionResetError):
        return


def _reply(connection: socket.socket) -> str:
    """What clamd says, up to the NUL that ends it."""
    said = b""
    while b"\0" not in said and len(said) < LONGEST_REPLY:
        part = connection.recv(LONGEST_REPLY)
        if not part:
            break
        said += part
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()
