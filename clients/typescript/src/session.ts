/** Who is signed in: a token that is good, exchanged before it ends, once for all who wait, in all tabs. */

import type { components } from "./generated/schema.js";
import { NotSignedIn, RoundsProblem } from "./problems.js";
import type { Fetch } from "./retrying.js";

/** A pair of tokens, and when the access token ends, in milliseconds since 1970. */
export interface Tokens {
  access: string;
  refresh: string;
  ends: number;
}

/** Where the tokens are kept; `memory()` unless tabs are to share them. */
export interface TokenStore {
  get(): Tokens | undefined;
  set(tokens: Tokens | undefined): void;
}

/** Keep the tokens in memory: no other script can read them, and a reload signs out. */
export function memory(): TokenStore {
  let kept: Tokens | undefined;
  return {
    get: () => kept,
    set: (tokens) => {
      kept = tokens;
    },
  };
}

const EARLY_MILLISECONDS = 30_000; // a token that ends sooner is exchanged before it is used

export class Session {
  readonly #baseUrl: string;
  readonly #fetch: Fetch;
  readonly #store: TokenStore;
  #renewing: Promise<Tokens> | undefined;

  constructor(baseUrl: string, fetch: Fetch, store: TokenStore) {
    this.#baseUrl = baseUrl;
    this.#fetch = fetch;
    this.#store = store;
  }

  get signedIn(): boolean {
    return this.#store.get() !== undefined;
  }

  /** Sign in. Throws `RoundsProblem`: 401 for a wrong password, 429 after too many. */
  async signIn(username: string, password: string): Promise<void> {
    this.#store.set(await this.#pair("/security/token", new URLSearchParams({ username, password })));
  }

  /** End this sign-in, here and at the server. */
  async signOut(): Promise<void> {
    const tokens = this.#store.get();
    this.#store.set(undefined);
    if (tokens) await this.#fetch(this.#request("/security/logout", JSON.stringify({ refresh_token: tokens.refresh })));
  }

  /** An access token that is good for a while. Throws `NotSignedIn` when there is none to be had. */
  async token(): Promise<string> {
    const tokens = this.#signedIn();
    return (tokens.ends - Date.now() < EARLY_MILLISECONDS ? await this.#renewed(tokens.access) : tokens).access;
  }

  /** A new access token instead of one that the server refuses. */
  async tokenInsteadOf(refused: string): Promise<string> {
    return (await this.#renewed(refused)).access;
  }

  /** One exchange for all who wait: a refresh token that is sent twice ends the sign-in. */
  #renewed(spent: string): Promise<Tokens> {
    this.#renewing ??= alone(() => this.#renew(spent)).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renew(spent: string): Promise<Tokens> {
    const tokens = this.#signedIn();
    if (tokens.access !== spent) return tokens; // another tab was faster
    try {
      const pair = await this.#pair("/security/refresh", JSON.stringify({ refresh_token: tokens.refresh }));
      this.#store.set(pair);
      return pair;
    } catch (error) {
      if (!(error instanceof RoundsProblem) || error.status !== 401) throw error;
      const others = this.#store.get();
      // Where tabs cannot wait for each other, one of them got the pair, and the others are told so.
      if (error.code === "refresh_superseded" && others && others.access !== spent) return others;
      this.#store.set(undefined);
      throw new NotSignedIn("The sign-in has ended.", { cause: error });
    }
  }

  #signedIn(): Tokens {
    const tokens = this.#store.get();
    if (!tokens) throw new NotSignedIn("Call signIn first.");
    return tokens;
  }

  #request(path: string, body: string | URLSearchParams): Request {
    const headers: HeadersInit = typeof body === "string" ? { "Content-Type": "application/json" } : {};
    return new Request(this.#baseUrl + path, { method: "POST", body, headers });
  }

  async #pair(path: string, body: string | URLSearchParams): Promise<Tokens> {
    const asked = Date.now();
    const response = await this.#fetch(this.#request(path, body));
    if (!response.ok) throw await RoundsProblem.of(response);
    const pair = (await response.json()) as components["schemas"]["TokenPair"];
    return { access: pair.access_token, refresh: pair.refresh_token, ends: asked + 1000 * pair.expires_in };
  }
}

/** Do something while no other tab does it. */
async function alone(work: () => Promise<Tokens>): Promise<Tokens> {
  const locks = (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
  return locks ? await locks.request("rounds-refresh", work) : work();
}
