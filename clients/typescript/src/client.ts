/** The client: every call of the API, typed, and what takes more than one of them. */

import createClient, { type Client } from "openapi-fetch";

import { type Listening, listen, type RoundsEvent } from "./events.js";
import { JOINED, KEYED } from "./generated/calls.js";
import type { components, paths } from "./generated/schema.js";
import { RoundsProblem, given } from "./problems.js";
import { type Fetch, newKey, retrying } from "./retrying.js";
import { memory, Session, type TokenStore } from "./session.js";
import { type Progress, sendForm } from "./uploads.js";

/** The bodies of the API by name: `Schemas["PatientRead"]`. */
export type Schemas = components["schemas"];

/** What answers are read as; of what is not JSON say how with `parseAs`: `blob`, `text`, `stream`. */
type Json = "application/json" | "application/problem+json";

export interface Options {
  /** Where the API answers, e.g. `http://127.0.0.1:8000`. */
  baseUrl: string;
  /** The language of what problems say; left out: the browser's. */
  language?: string;
  /** Where the tokens are kept; left out: in memory. */
  store?: TokenStore;
  /** How often a call is tried that may be tried again. */
  attempts?: number;
  /** How requests travel, where that is not `fetch`. */
  fetch?: Fetch;
}

export interface NoteUpload {
  file: Blob;
  name?: string;
  /** RFC 3339 with an offset; left out: as the note says. */
  takenAt?: string;
  type?: NonNullable<Schemas["NoteRead"]["type"]>;
  author?: string;
  /** Why a restricted record has to be opened. */
  breakGlassReason?: string;
  onProgress?: Progress;
  signal?: AbortSignal;
}

export interface Rounds {
  /** Every call of the API: `api.GET("/patients", …)` answers `{data, error, response}`. */
  api: Client<paths, Json>;
  session: Session;
  /** What happens, as it happens; after an interruption it goes on where it was. */
  events(listening?: Listening): AsyncGenerator<RoundsEvent, void, undefined>;
  /** Add a note that is a file: text, PDF or a scan. Throws `RoundsProblem`. */
  uploadNote(patientId: string, upload: NoteUpload): Promise<Schemas["NoteRead"]>;
}

/** A client of one server. Nothing is sent yet. */
export function createRounds({ baseUrl, language, store = memory(), attempts = 4, fetch = sent }: Options): Rounds {
  const base = baseUrl.replace(/\/+$/, "");
  const patient = retrying(fetch, attempts);
  const session = new Session(base, patient, store);
  const api = createClient<paths, Json>({
    baseUrl: base,
    fetch: signed(patient, session),
    ...(language ? { headers: { "Accept-Language": language } } : {}),
    querySerializer: queryOf,
  });
  api.use({
    onRequest: ({ request, schemaPath }) => {
      // Before the first attempt, so that each further one has the same key.
      if (KEYED.has(`${request.method} ${schemaPath}`) && !request.headers.has("Idempotency-Key")) {
        request.headers.set("Idempotency-Key", newKey());
      }
    },
  });
  const ticket = async (): Promise<string> => (await given(api.POST("/events/ticket"))).ticket;
  return {
    api,
    session,
    events: (listening = {}) => listen(base, fetch, ticket, listening),
    uploadNote: (patientId, upload) =>
      uploadNote(`${base}/patients/${encodeURIComponent(patientId)}/notes`, session, upload),
  };
}

/** The version of what was read, as `If-Match` has it. */
export function etag(version: number): string {
  return `"${version}"`;
}

function sent(request: Request): Promise<Response> {
  return globalThis.fetch(request);
}

/** A fetch that sends the access token; if it is refused, a new one. */
function signed(fetch: Fetch, session: Session): Fetch {
  return async (request) => {
    const token = await session.token();
    const response = await fetch(withToken(request.clone(), token));
    if (response.status !== 401) return response;
    await response.body?.cancel();
    return fetch(withToken(request, await session.tokenInsteadOf(token)));
  };
}

function withToken(request: Request, token: string): Request {
  request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}

function queryOf(query: Record<string, unknown>): string {
  const written = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null) continue;
    const values = Array.isArray(value) ? (JOINED.has(name) ? [value.join(",")] : value) : [value];
    for (const each of values) written.append(name, String(each));
  }
  return written.toString();
}

async function uploadNote(url: string, session: Session, upload: NoteUpload): Promise<Schemas["NoteRead"]> {
  const { file, name, takenAt, type, author, breakGlassReason, onProgress, signal } = upload;
  const form = new FormData();
  for (const [field, value] of Object.entries({ taken_at: takenAt, type, author })) {
    if (value !== undefined) form.set(field, value);
  }
  form.set("file", file, name ?? ("name" in file ? String(file.name) : "note"));
  const headers: Record<string, string> = { "Idempotency-Key": newKey() };
  if (breakGlassReason !== undefined) headers["X-Break-Glass-Reason"] = breakGlassReason;
  const send = (token: string): Promise<Response> =>
    sendForm(url, form, { headers: { ...headers, Authorization: `Bearer ${token}` }, onProgress, signal });
  const token = await session.token();
  let response = await send(token);
  if (response.status === 401) response = await send(await session.tokenInsteadOf(token));
  if (!response.ok) throw await RoundsProblem.of(response);
  return (await response.json()) as Schemas["NoteRead"];
}
