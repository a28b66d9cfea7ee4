// What happens while one looks: the event stream of the API, entered with a ticket, and resumed where it broke off.

import { address, post } from "./api.js";
import { me, whenSignedOut } from "./session.js";

const TYPES = [
  "rounds.recommendation.generated",
  ...["added", "extracted", "deleted"].map((what) => `rounds.note.${what}`),
  ...["created", "updated", "transitioned", "overdue"].map((what) => `rounds.task.${what}`),
  ...["booked", "moved", "cancelled", "attended", "missed"].map((what) => `rounds.appointment.${what}`),
  ...["created", "updated", "deleted"].map((what) => `rounds.patient.${what}`),
];
const GAP = "rounds.gap"; // some events are no longer kept
const MOST_KEPT = 200;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

const listeners = new Set();
let stream = null;
let waiting = null;
let pause = FIRST_PAUSE_MS;
let state = fresh();

function fresh() {
  return { open: false, gap: false, events: [], unread: 0, last: null };
}

whenSignedOut(() => {
  stream?.close();
  clearTimeout(waiting);
  stream = waiting = null;
  pause = FIRST_PAUSE_MS;
  state = fresh();
});

/** `{open, gap, events, unread}`: whether the stream is open, whether some were missed, and the latest, newest first. */
export const live = () => state;

/** Call `listener(event, live())` when there is something new; without an event when the stream opens or breaks. */
export function onLive(listener, { signal } = {}) {
  listeners.add(listener);
  signal?.addEventListener("abort", () => listeners.delete(listener));
}

/** What is there has been seen. */
export function markRead() {
  if (!state.unread) return;
  state.unread = 0;
  tell();
}

/** Listen from now on, until the session ends. */
export function listen() {
  if (!stream && waiting === null) connect();
}

async function connect() {
  waiting = 0; // on its way
  const account = me();
  try {
    const { ticket } = await post("/events/ticket");
    if (me() !== account) return;
    waiting = null;
    begin(new EventSource(address("/events", { ticket, type: TYPES.join(","), last_event_id: state.last })));
  } catch {
    if (me() === account) later();
  }
}

function begin(opened) {
  stream = opened;
  for (const type of TYPES) opened.addEventListener(type, take);
  opened.addEventListener(GAP, () => {
    state.gap = true;
    tell();
  });
  opened.onopen = () => {
    pause = FIRST_PAUSE_MS;
    state.open = true;
    tell();
  };
  // It ends with the access token, too. A ticket is good for one stream, so the browser cannot come back by itself.
  opened.onerror = () => {
    opened.close();
    if (stream !== opened) return;
    stream = null;
    state.open = false;
    tell();
    later();
  };
}

function later() {
  waiting = setTimeout(() => {
    waiting = null;
    connect();
  }, pause * (0.75 + Math.random() / 2));
  pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
}

function take(message) {
  const event = JSON.parse(message.data);
  state.last = message.lastEventId || event.id;
  if (state.events.some(({ id }) => id === event.id)) return; // each comes at least once
  state.events = [event, ...state.events].slice(0, MOST_KEPT);
  state.unread += 1;
  tell(event);
}

function tell(event = null) {
  for (const listener of [...listeners]) listener(event, state);
}
