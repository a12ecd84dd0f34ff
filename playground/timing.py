"""How patient the workspace is. The defaults are Slack's."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    response_url_seconds: float = 1800.0
    response_url_uses: int = 5
    file_processing_seconds: float = 0.0


def quick() -> Timing:
    """Slack's deadlines with retries that a test can wait for."""
    return Timing(retry_delays=(0.05, 0.5, 2.0))
