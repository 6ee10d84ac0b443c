"""What the machine says of a fault is said in Swedish, or not at all."""

from __future__ import annotations

import errno
import socket

import pytest

from icengine.errors import because


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (OSError(errno.EACCES, "Permission denied"), ": du har inte behörighet"),
        (OSError(errno.ENOSPC, "No space left on device"), ": disken är full"),
        (OSError(errno.EADDRINUSE, "Address already in use"), ": adressen används redan"),
        (OSError(errno.ENOTDIR, "Not a directory"), ": en del av sökvägen är en fil"),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), ": namnet finns inte"),
        (OSError(errno.EXDEV, "Invalid cross-device link"), ""),
        (OSError("something"), ""),
    ],
)
def test_a_fault_of_the_machine_is_said_in_swedish_or_not_at_all(fault: OSError, said: str) -> None:
    assert because(fault) == said
