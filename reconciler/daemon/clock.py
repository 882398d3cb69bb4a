"""The real clock."""

import time
from datetime import UTC, datetime


class SystemClock:
    """The machine's time; fulfils `Clock`."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()
