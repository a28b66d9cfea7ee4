// Who is signed in. Tokens live in memory only: closing or reloading the page ends what this page knows of them.

import { problemOf, unreachable } from "./problem.js";
import { currentLanguage } from "./texts.js";

const EARLY_MS = 20_000; // so long before its end an access token is exchanged

let tokens = null;
let account = null;
let refreshing = null;
const ended = new Set();

/** The account that is signed in, with its `scopes`; null when nobody is. */
export const me = () => account;

/** Whether the account may do something. */
export const may = (...scopes) => scopes.every((scope) => account?.scopes.includes(scope));

/** Call `listener` when the session has ended, by sign-out or because the server says so. */
export const whenSignedOut = (listener) => ended.add(listener);

async function post(path, options) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      credentials: "omit",
      cache: "no-store",
      ...options,
      headers: { "Accept-Language": currentLanguage(), ...options.headers },
    });
  } catch {
    throw unreachable();
  }
  const body = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw problemOf(answer.status, body, answer.headers.get("Retry-After"));
  return body;
}

const asJson = (body, headers = {}) => ({
  body: JSON.stringify(body),
  headers: { "Content-Type": "application/json", ...headers },
});

function keep(pair) {
  tokens = { access: pair.access_token, refresh: pair.refresh_token, until: Date.now() + pair.expires_in * 1000 };
}

/** Sign in. Throws a Problem, e.g. for a wrong password. */
export async function signIn(username, password) {
  keep(await post("/security/token", { body: new URLSearchParams({ username, password }) }));
  const answer = await fetch("/security/me", {
    headers: { Authorization: `Bearer ${tokens.access}`, "Accept-Language": currentLanguage() },
    cache: "no-store",
    credentials: "omit",
  });
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw problemOf(answer.status, body, null);
  account = body;
}

/** End the session here and on the server. */
export async function signOut() {
  const { access, refresh } = tokens ?? {};
  forget();
  if (refresh) {
    const options = asJson({ refresh_token: refresh }, { Authorization: `Bearer ${access}` });
    await post("/security/logout", options).catch(() => {}); // it is forgotten here whatever the server says
  }
}

function forget() {
  tokens = null;
  account = null;
  ended.forEach((listener) => listener());
}

/** The access token, exchanged first when it is about to end. All who ask at once wait for one exchange. */
export async function accessToken({ exchange = false } = {}) {
  if (!tokens) return null;
  if (!exchange && Date.now() < tokens.until - EARLY_MS) return tokens.access;
  refreshing ??= refresh().finally(() => {
    refreshing = null;
  });
  await refreshing;
  return tokens?.access ?? null;
}

async function refresh() {
  try {
    keep(await post("/security/refresh", asJson({ refresh_token: tokens.refresh })));
  } catch (problem) {
    if (problem.status !== 401) throw problem; // the server is away; the session may well go on
    forget();
  }
}
