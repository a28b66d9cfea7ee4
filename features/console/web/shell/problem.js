// What the API refuses, as something that can be shown: its own words, which are written for people and translated.

import { t } from "./texts.js";

/** An answer that is no success, or none at all (`status` 0). */
export class Problem extends Error {
  constructor({ status, code, title, detail, errors = [], request_id = null, ...members }, retryAfter = null) {
    super(detail ?? title);
    Object.assign(this, { status, code, title, detail, errors, requestId: request_id, members, retryAfter });
  }

  /** What is wrong with one field of the body, by its JSON pointer (`/name`); undefined when it is right. */
  of(pointer) {
    return this.errors.find((error) => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`))?.detail;
  }
}

/** The problem that an answer tells. */
export function problemOf(status, body, retryAfter) {
  if (body && typeof body === "object" && body.code) return new Problem({ ...body, status }, retryAfter);
  const told =
    status >= 500 || status === 0
      ? { title: t("shell.unreachable"), detail: t("shell.unreachable_detail") }
      : { title: t("shell.refused"), detail: t("shell.refused_detail") };
  return new Problem({ ...told, status, code: "unknown" }, retryAfter);
}

/** The problem of a request that got no answer. */
export function unreachable() {
  return problemOf(0, null, null);
}
