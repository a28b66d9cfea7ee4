/** What happens in the ward, as it happens; interruptions are bridged. */

import { EventSourceParserStream } from "eventsource-parser/stream";

import { RoundsProblem } from "./problems.js";
import { type Fetch, sleep } from "./retrying.js";

/** One event of the stream. */
export interface RoundsEvent {
  id: string;
  /** E.g. `rounds.note.added`; `rounds.gap` means that some are no longer kept: read again what you show. */
  type: string;
  /** The CloudEvent; what happened is in its `data`. */
  document: { data?: Record<string, unknown>; [member: string]: unknown };
}

export interface Listening {
  /** Only these types; left out: all. */
  types?: readonly string[];
  /** Only events about this patient. */
  patientId?: string;
  /** Begin after this event; left out: with what happens from now on. */
  lastEventId?: string;
  /** Ends the listening. */
  signal?: AbortSignal;
  /** Is called whenever a stream is open. */
  onOpen?: () => void;
}

const FIRST_MILLISECONDS = 1000;
const MOST_MILLISECONDS = 30_000;

/**
 * Events for as long as the caller wants them. Each stream is opened with a ticket, so that no token stands in an address.
 *
 * @param ticket Gets a ticket for one stream.
 */
export async function* listen(
  baseUrl: string,
  fetch: Fetch,
  ticket: () => Promise<string>,
  { types = [], patientId, lastEventId, signal, onOpen }: Listening,
): AsyncGenerator<RoundsEvent, void, undefined> {
  let last = lastEventId;
  for (let wait = FIRST_MILLISECONDS; !signal?.aborted; wait = Math.min(2 * wait, MOST_MILLISECONDS)) {
    try {
      const query = new URLSearchParams(types.map((type) => ["type", type]));
      query.set("ticket", await ticket());
      if (patientId) query.set("patient_id", patientId);
      if (last) query.set("last_event_id", last);
      const response = await fetch(new Request(`${baseUrl}/events?${query}`, { signal: signal ?? null }));
      if (!response.ok || !response.body) throw await RoundsProblem.of(response);
      onOpen?.();
      const messages = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
      for await (const message of each(messages)) {
        wait = FIRST_MILLISECONDS;
        last = message.id ?? last;
        if (message.event) yield { id: message.id ?? "", type: message.event, document: JSON.parse(message.data) };
      }
    } catch (error) {
      if (signal?.aborted) return;
      // A broken connection, or a server that is full, is tried again; what is refused is not.
      if (!(error instanceof TypeError) && !(error instanceof RoundsProblem && error.status === 503)) throw error;
    }
    await sleep(wait, signal).catch(() => undefined);
  }
}

/** Streams are not iterable in every browser yet. */
async function* each<Message>(stream: ReadableStream<Message>): AsyncGenerator<Message, void, undefined> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
