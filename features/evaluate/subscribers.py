"""What evaluation does when it hears of something: the steps of its batches."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from features.evaluate import batches
from features.evaluate.events import BatchStep
from rounds.events import Received, subscribe_leased
from rounds.events.subscriber_context import SubscriberContext

ATTEMPTS = 8
# Short, since the patients of a killed process wait for the end of its lease, half as long again as `patience`.
_LONGEST_STEP = timedelta(seconds=55)


@subscribe_leased(
    BatchStep,
    name="evaluate.batches",
    attempts=ATTEMPTS,
    patience=_LONGEST_STEP + timedelta(seconds=5),  # so that a step that hangs can still say so on its batch
    parallel=2,
)
async def take_step(received: Received[BatchStep], context: SubscriberContext) -> None:
    """Evaluate the next patients of a batch; when that has failed for the last time, show it on the batch."""
    try:
        async with asyncio.timeout(_LONGEST_STEP.total_seconds()):
            await batches.take_step(received.event, context)
    except Exception:
        if received.attempt >= ATTEMPTS:
            with suppress(Exception):  # the failure itself is what the consumer must hear of
                await batches.fail_batch(received.event, database=context.database)
        raise
