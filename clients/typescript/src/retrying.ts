/** Sends again what may be sent again: what the server says it has not done, and what does no harm if done twice. */

export type Fetch = (request: Request) => Promise<Response>;

const NOT_DONE: ReadonlySet<number> = new Set([429, 503]); // the server refused before it changed anything
const UNKNOWN: ReadonlySet<number> = new Set([502, 504]); // a proxy lost the answer, as a broken connection does
const FIRST_MILLISECONDS = 200;
const MOST_MILLISECONDS = 10_000; // who is told to wait longer is told the problem instead

/** A fetch that tries up to `attempts` times, longer apart each time, or as `Retry-After` says. */
export function retrying(fetch: Fetch, attempts: number): Fetch {
  return async (request) => {
    let wait = FIRST_MILLISECONDS;
    for (let attempt = 1; attempt < attempts; attempt += 1, wait *= 2) {
      let pause = wait * (0.5 + Math.random() / 2); // so that many callers do not come back at once
      try {
        const response = await fetch(request.clone());
        const again = NOT_DONE.has(response.status) || (UNKNOWN.has(response.status) && harmlessTwice(request));
        if (!again) return response;
        pause = Math.max(pause, 1000 * Number(response.headers.get("Retry-After") ?? 0) || 0);
        if (pause > MOST_MILLISECONDS) return response;
        await response.body?.cancel();
      } catch (error) {
        if (request.signal.aborted || !harmlessTwice(request)) throw error;
      }
      await sleep(pause, request.signal);
    }
    return fetch(request);
  };
}

function harmlessTwice(request: Request): boolean {
  if (request.method === "GET" || request.method === "HEAD" || request.headers.has("Idempotency-Key")) return true;
  // With a version the second one would meet what the first one has done, and be refused.
  return request.method === "PUT" && !request.headers.has("If-Match");
}

/** A key with which a call may be sent again. */
export function newKey(): string {
  const { crypto } = globalThis as { crypto?: Crypto }; // old Nodes have none, and browsers only where it is safe
  if (crypto?.randomUUID) return crypto.randomUUID();
  return [Date.now(), Math.random(), Math.random()].map((part) => part.toString(36).replace("0.", "")).join("-");
}

/** Wait, unless somebody calls it off: then throw the reason. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const calledOff = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", calledOff);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", calledOff, { once: true });
  });
}
