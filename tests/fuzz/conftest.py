"""The site under test lies beside the tests of the pages, the machine beside those of the services."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "web"))
sys.path.append(str(Path(__file__).parent.parent / "services"))
