/** A typed client of Rounds, the clinical backend. */

export { createRounds, etag, type NoteUpload, type Options, type Rounds, type Schemas } from "./client.js";
export type { Listening, RoundsEvent } from "./events.js";
export type { components, operations, paths } from "./generated/schema.js";
export { every, type Page } from "./paging.js";
export { type Answer, type FieldError, given, NotSignedIn, RoundsProblem } from "./problems.js";
export type { Fetch } from "./retrying.js";
export { memory, type Tokens, type TokenStore } from "./session.js";
export type { Progress } from "./uploads.js";
