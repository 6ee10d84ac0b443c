"""Does `icengine serve` in this container answer? Exit code 0 or 1, for the image's HEALTHCHECK."""

import http.client
import os
import sys
from urllib.parse import urlsplit

SECONDS = 4


def status(environment: dict[str, str]) -> int:
    """What /healthz answers. It is asked by the name that users have, for to others it says 400."""
    port = int(environment.get("ICENGINE_PORT") or 8000)
    name = urlsplit(environment.get("ICENGINE_BASE_URL", "")).netloc or f"localhost:{port}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": name})
        return connection.getresponse().status
    finally:
        connection.close()


if __name__ == "__main__":
    try:
        found = status(dict(os.environ))
    except (OSError, http.client.HTTPException) as error:
        sys.exit(f"/healthz: {error}")
    sys.exit(0 if found == 200 else f"/healthz: {found}")
