/** Files on their way to the server, with a word of how far they are. */

/** How many bytes have been sent, and how many there are; from 0 again where a file is sent again. */
export type Progress = (sent: number, total: number) => void;

export interface Sending {
  headers: Record<string, string>;
  onProgress?: Progress | undefined;
  signal?: AbortSignal | undefined;
}

/** Send a form, by whatever this platform has that tells of progress. */
export function sendForm(url: string, form: FormData, sending: Sending): Promise<Response> {
  return typeof XMLHttpRequest === "undefined" ? byStream(url, form, sending) : byRequest(url, form, sending);
}

/** Browsers tell of progress by XMLHttpRequest only. */
function byRequest(url: string, form: FormData, { headers, onProgress, signal }: Sending): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(loaded, total);
    request.onerror = () => reject(new TypeError("The connection broke."));
    request.onabort = () => reject(signal?.reason);
    request.onload = () => {
      const told = request.getAllResponseHeaders().trim().split(/\r\n/).filter(Boolean);
      const pairs = told.map((line): [string, string] => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      });
      resolve(new Response(request.responseText || null, { status: request.status, headers: pairs }));
    };
    if (signal?.aborted) return reject(signal.reason);
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

/** Node tells how much of a stream it has taken. */
async function byStream(url: string, form: FormData, { headers, onProgress, signal }: Sending): Promise<Response> {
  const whole = new Response(form);
  const bytes = new Uint8Array(await whole.arrayBuffer());
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent === bytes.length) return controller.close();
      const piece = bytes.subarray(sent, sent + 65_536);
      sent += piece.length;
      controller.enqueue(piece);
      onProgress?.(sent, bytes.length);
    },
  });
  const type = whole.headers.get("Content-Type") ?? "";
  const options = { method: "POST", body, duplex: "half", headers: { ...headers, "Content-Type": type } };
  return fetch(url, { ...options, signal: signal ?? null } as RequestInit);
}
