// The public API, called with the token of whoever is signed in. Every page speaks to the server through this module.

import { problemOf, unreachable } from "./problem.js";
import { accessToken, whenSignedOut } from "./session.js";
import { currentLanguage } from "./texts.js";

const MOST_KEPT = 200;
const MOST_PICTURES = 12;
const kept = new Map(); // what was read, with its ETag: path → {tag, data}
const pictures = new Map(); // the same of pictures of pages, of which few are kept
const reasons = new Map(); // why restricted records were opened, for this session: patient id → reason
let askReason = async () => null;

whenSignedOut(() => {
  kept.clear();
  pictures.clear();
  reasons.clear();
});

/** Have `ask(problem)` answer a reason, or null, when a record is restricted. */
export function askReasonsWith(ask) {
  askReason = ask;
}

/** `path` with a query; what is null, undefined or empty is left out, lists are repeated. */
export function address(path, query = {}) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of [value].flat()) {
      if (each !== null && each !== undefined && each !== "") parameters.append(name, each);
    }
  }
  return parameters.size ? `${path}?${parameters}` : path;
}

/** Read. An answer that has an ETag is kept, and asked for again only if it has changed. */
export async function get(path, query, { signal } = {}) {
  const where = address(path, query);
  const known = kept.get(where);
  const answer = await send("GET", where, { signal, headers: known ? { "If-None-Match": known.tag } : {} });
  if (answer.status === 304) return known.data;
  const data = await answer.json();
  keep(kept, where, answer, data, MOST_KEPT);
  return data;
}

function keep(where, path, answer, data, most) {
  const tag = answer.headers.get("ETag");
  where.delete(path);
  if (tag) where.set(path, { tag, data });
  if (where.size > most) where.delete(where.keys().next().value);
}

/** The picture of a page. The latest are kept, and asked for again only if they have changed. */
export async function getPicture(path, { signal } = {}) {
  const known = pictures.get(path);
  const answer = await send("GET", path, { signal, headers: { Accept: "*/*", ...(known ? { "If-None-Match": known.tag } : {}) } });
  if (answer.status === 304) return known.data;
  const data = await answer.blob();
  keep(pictures, path, answer, data, MOST_PICTURES);
  return data;
}

/** Every record of a list, page after page; for lists that are short by nature. */
export async function getAll(path, query, { signal } = {}) {
  const found = [];
  let cursor = null;
  do {
    const page = await get(path, { ...query, limit: 200, cursor }, { signal });
    found.push(...page.data);
    cursor = page.pagination.next_cursor;
  } while (cursor);
  return found;
}

/** The bytes of a file. */
export async function getFile(path, { signal } = {}) {
  return (await send("GET", path, { signal, headers: { Accept: "*/*" } })).blob();
}

/** Create, or do something. One key for all attempts: what is sent twice happens once. */
export async function post(path, body, { signal, headers = {} } = {}) {
  const key = headers["Idempotency-Key"] ?? freshKey();
  return bodyOf(await send("POST", path, { signal, body, headers: { ...headers, "Idempotency-Key": key } }));
}

/** Replace; with `version`, only if that is still the version. */
export const put = (path, body, options = {}) => change("PUT", path, body, options);
/** Change some fields; with `version`, only if that is still the version. */
export const patch = (path, body, options = {}) => change("PATCH", path, body, options);
/** Delete; with `version`, only if that is still the version. */
export const remove = (path, options = {}) => change("DELETE", path, undefined, options);

async function change(method, path, body, { version, signal } = {}) {
  const headers = version === undefined ? {} : { "If-Match": `"${version}"` };
  return bodyOf(await send(method, path, { signal, body, headers }));
}

/** Send a form with a file; `onprogress(share)` is called with 0 to 1 while it is on its way. */
export async function upload(path, form, { onprogress = () => {}, signal } = {}) {
  const token = await accessToken();
  const patient = patientIn(path);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.responseType = "json";
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("Accept-Language", currentLanguage());
    request.setRequestHeader("Idempotency-Key", freshKey());
    if (reasons.has(patient)) request.setRequestHeader("X-Break-Glass-Reason", reasons.get(patient));
    request.upload.onprogress = (event) => event.lengthComputable && onprogress(event.loaded / event.total);
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException("Aborted", "AbortError"));
    request.onload = () =>
      request.status < 300
        ? resolve(request.response)
        : reject(problemOf(request.status, request.response, request.getResponseHeader("Retry-After")));
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

async function bodyOf(answer) {
  return answer.status === 204 ? null : answer.json();
}

/** The answer of a call, whatever its body is; throws a Problem when it is no success. */
export async function send(method, path, options = {}) {
  let answer = await attempt(method, path, options, await accessToken());
  if (answer.status === 401) answer = await attempt(method, path, options, await accessToken({ exchange: true }));
  if (answer.ok || answer.status === 304) return answer;
  const problem = problemOf(answer.status, await answer.json().catch(() => null), answer.headers.get("Retry-After"));
  return problem.code === "restricted_record" ? opened(problem, method, path, options) : Promise.reject(problem);
}

async function opened(problem, method, path, options) {
  const patient = patientIn(path);
  const reason = patient && !reasons.has(patient) ? await askReason(problem) : null;
  if (!reason) throw problem;
  reasons.set(patient, reason);
  try {
    return await send(method, path, options);
  } catch (refused) {
    reasons.delete(patient);
    throw refused;
  }
}

async function attempt(method, path, { body, headers = {}, signal }, token) {
  const patient = patientIn(path);
  const all = {
    Accept: "application/json",
    "Accept-Language": currentLanguage(),
    ...(token ? { Authorization: `Bearer ${token}` } : {}),
    ...(body === undefined ? {} : { "Content-Type": method === "PATCH" ? "application/merge-patch+json" : "application/json" }),
    ...(reasons.has(patient) ? { "X-Break-Glass-Reason": reasons.get(patient) } : {}),
    ...headers,
  };
  try {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    return await fetch(path, { method, headers: all, body: sent, signal, cache: "no-store", credentials: "omit" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreachable();
  }
}

/** The id of the patient whose record a path is about. */
function patientIn(path) {
  return /(?:\/patients\/|patient_id=)([0-9a-f-]{36})/.exec(path)?.[1];
}

function freshKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
