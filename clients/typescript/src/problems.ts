/** What the server refuses, as an error. */

/** One field that was refused. */
export interface FieldError {
  /** `/name` in the body, `?limit` in the query, `path:patient_id` or `header:if-match`. */
  pointer: string;
  code: string;
  detail: string;
}

/** A refusal by the server (RFC 9457); branch on `code`. */
export class RoundsProblem extends Error {
  override readonly name = "RoundsProblem";
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  /** On 422: each field that was refused. */
  readonly errors: readonly FieldError[];
  /** Everything the server said, members of its own such as `field`, `version` or `clash` among it. */
  readonly document: Readonly<Record<string, unknown>>;

  constructor(status: number, said: unknown) {
    const document = (typeof said === "object" && said !== null ? said : {}) as Record<string, unknown>;
    const text = (member: string): string => (typeof document[member] === "string" ? document[member] : "");
    const code = text("code") || `http_${status}`;
    super(`${status} ${code}: ${text("detail") || text("title")}`);
    this.status = status;
    this.code = code;
    this.detail = text("detail");
    this.requestId = text("request_id");
    this.errors = Array.isArray(document.errors) ? (document.errors as FieldError[]) : [];
    this.document = document;
  }

  /** The problem that a response tells; a proxy's answer may be none of ours. */
  static async of(response: Response): Promise<RoundsProblem> {
    return new RoundsProblem(response.status, await response.json().catch(() => undefined));
  }

  /** The message for a field of a form, by its name. */
  messageFor(field: string): string | undefined {
    return this.errors.find((error) => error.pointer === `/${field}`)?.detail;
  }
}

/** Nobody is signed in, or the sign-in has ended. */
export class NotSignedIn extends Error {
  override readonly name = "NotSignedIn";
}

/** What openapi-fetch answers. */
export interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The data of an answer; a refusal is thrown as `RoundsProblem`. */
export async function given<Data>(answer: Promise<Answer<Data>>): Promise<NonNullable<Data>> {
  const { data, error, response } = await answer;
  if (!response.ok) throw new RoundsProblem(response.status, error);
  return data as NonNullable<Data>;
}
