// One walk through the API with the TypeScript client, against a server that runs. ROUNDS_URL, ROUNDS_USERNAME and
// ROUNDS_PASSWORD say where, and as whom. It fails where anything is not as it should be.
import assert from "node:assert/strict";

import {
  createRounds,
  etag,
  every,
  type Fetch,
  given,
  memory,
  NotSignedIn,
  type Rounds,
  RoundsProblem,
  type Schemas,
  type TokenStore,
} from "rounds-client";

/** The network, which tells what went through it, and can lose answers. */
class Wire {
  readonly sent: Request[] = [];
  readonly answers: Response[] = [];
  toLose = 0;

  readonly fetch: Fetch = async (request) => {
    this.sent.push(request);
    const response = await fetch(request);
    this.answers.push(response);
    if (this.toLose > 0) {
      this.toLose -= 1;
      throw new TypeError("The answer was lost.");
    }
    return response;
  };

  sentTo(path: string): Request[] {
    return this.sent.filter((request) => new URL(request.url).pathname === path);
  }
}

/** The answer to a creation is lost: it is sent again, with its key, and there is one patient. */
async function createsOnce({ api }: Rounds, wire: Wire, name: string): Promise<Schemas["PatientRead"]> {
  const before = wire.sentTo("/patients").length;
  wire.toLose = 1;
  const patient = await given(api.POST("/patients", { body: { name, date_of_birth: "1957-03-09" } }));
  const keys = wire.sentTo("/patients").slice(before).map((request) => request.headers.get("Idempotency-Key"));
  assert.equal(keys.length, 2);
  assert.ok(keys[0]);
  assert.equal(keys[0], keys[1]);
  assert.equal(wire.answers.at(-1)?.headers.get("Idempotency-Replayed"), "true");
  return patient;
}

/** Pages of two make the same list as one page of many. */
async function pages({ api }: Rounds): Promise<number> {
  const sort: Schemas["PatientSort"][] = ["name", "-date_of_birth"];
  const whole = await given(api.GET("/patients", { params: { query: { limit: 200, sort, total: true } } }));
  const byTwos: string[] = [];
  const two = (cursor: { cursor?: string }) => api.GET("/patients", { params: { query: { limit: 2, sort, ...cursor } } });
  for await (const patient of every(two)) byTwos.push(patient.id);
  assert.deepEqual(byTwos, whole.data.map((patient) => patient.id));
  assert.equal(byTwos.length, whole.pagination.total);
  return byTwos.length;
}

/** What the server refuses tells which field, and which version there is. */
async function refuses({ api }: Rounds, patient: Schemas["PatientRead"]): Promise<void> {
  const nameless = given(api.POST("/patients", { body: { name: "", date_of_birth: "1957-03-09" } }));
  await assert.rejects(nameless, (problem) => {
    assert.ok(problem instanceof RoundsProblem);
    assert.deepEqual([problem.status, problem.code], [422, "invalid"]);
    assert.deepEqual(problem.errors.map((error) => error.pointer), ["/name"]);
    assert.ok(problem.messageFor("name"));
    return true;
  });
  const change = (phone: string | null) =>
    given(
      api.PATCH("/patients/{patient_id}", {
        params: { path: { patient_id: patient.id }, header: { "if-match": etag(patient.version) } },
        body: { phone },
      }),
    );
  const changed = await change("+442079460000");
  assert.equal(changed.version, patient.version + 1);
  await assert.rejects(change(null), (problem) => {
    assert.ok(problem instanceof RoundsProblem);
    assert.equal(problem.status, 412);
    assert.equal(problem.document.version, changed.version);
    return true;
  });
}

/** Many calls with a token that has ended, or that the server refuses: one exchange for all. */
async function refreshesOnce({ api }: Rounds, wire: Wire, store: TokenStore): Promise<void> {
  for (const spoilt of [{ ends: 0 }, { access: "refused" }]) {
    const tokens = store.get();
    assert.ok(tokens);
    store.set({ ...tokens, ...spoilt });
    const before = wire.sentTo("/security/refresh").length;
    const accounts = await Promise.all(Array.from({ length: 8 }, () => given(api.GET("/security/me"))));
    assert.equal(new Set(accounts.map((account) => account.id)).size, 1);
    assert.equal(wire.sentTo("/security/refresh").length, before + 1);
  }
}

/** Notes, one of them a file with progress, and the events of them, over a stream that breaks in between. */
async function hearsOfNotes(rounds: Rounds, wire: Wire, patient: Schemas["PatientRead"]): Promise<void> {
  const { api } = rounds;
  const path = { patient_id: patient.id };
  const heard: unknown[] = [];
  const done = new AbortController();
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const listening = (async () => {
    const first = { types: ["rounds.note.added"], patientId: patient.id, signal: done.signal, onOpen: open };
    for await (const event of rounds.events(first)) {
      heard.push(event.document.data?.note_id);
      // Leave, and come back to what came after this one.
      for await (const next of rounds.events({ ...first, lastEventId: event.id })) {
        heard.push(next.document.data?.note_id);
        return;
      }
    }
  })();
  await opened;
  const body = { taken_at: "2026-03-09T14:30:00Z", content: "S: Feels well.\nO: Weight 71 kg.\nP: Stop codeine." };
  const typed = await given(api.POST("/patients/{patient_id}/notes", { params: { path }, body }));
  const query = { length: "brief" } as const;
  const summary = await given(api.GET("/patients/{patient_id}/summary", { params: { path, query } }));
  const cited = summary.sections.flatMap((section) => section.statements.flatMap((statement) => statement.citations));
  assert.ok(cited.length > 0);
  assert.ok(cited.every((citation) => citation.note_id === typed.id));
  const content = "Weight 71 kg. ".repeat(20_000);
  const told: [number, number][] = [];
  const uploaded = await rounds.uploadNote(patient.id, {
    file: new Blob([content]),
    name: "weights.txt",
    takenAt: "2026-03-10T14:30:00Z",
    onProgress: (sent, total) => told.push([sent, total]),
  });
  assert.equal(uploaded.file?.filename, "weights.txt");
  assert.equal(uploaded.file?.bytes, content.length);
  assert.ok(told.length > 2);
  assert.deepEqual(told, [...told].sort(([one], [other]) => one - other));
  const [sent, total] = told.at(-1) ?? [0, 1];
  assert.equal(sent, total);
  assert.ok(total > content.length);
  await listening;
  done.abort();
  assert.deepEqual(heard, [typed.id, uploaded.id]);
  const tickets = wire.sent.filter((request) => request.url.includes("/events?"));
  assert.ok(tickets.every((request) => !request.headers.has("Authorization") && request.url.includes("ticket=")));
  const note = { params: { path: { ...path, note_id: typed.id } } };
  assert.equal((await api.DELETE("/patients/{patient_id}/notes/{note_id}", note)).response.status, 204);
  await assert.rejects(given(api.GET("/patients/{patient_id}/notes/{note_id}", note)), /404 note_not_found/);
}

const wire = new Wire();
const store = memory();
const { ROUNDS_URL = "", ROUNDS_USERNAME = "", ROUNDS_PASSWORD = "" } = process.env;
const rounds = createRounds({ baseUrl: ROUNDS_URL, fetch: wire.fetch, store });
await assert.rejects(rounds.api.GET("/security/me"), NotSignedIn);
await rounds.session.signIn(ROUNDS_USERNAME, ROUNDS_PASSWORD);
const patient = await createsOnce(rounds, wire, "Maeve Byrne of TypeScript");
const count = await pages(rounds);
await refuses(rounds, patient);
await refreshesOnce(rounds, wire, store);
await hearsOfNotes(rounds, wire, patient);
await rounds.api.DELETE("/patients/{patient_id}", { params: { path: { patient_id: patient.id } } });
await rounds.session.signOut();
await assert.rejects(rounds.api.GET("/security/me"), NotSignedIn);
console.log(`${count} patients; ${wire.sent.length} requests`);
