"""The time, as the machine has it."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Reads the machine's clocks."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back, and that stand still while the machine sleeps."""
        return time.monotonic()
