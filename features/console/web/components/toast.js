// Short words on what has just happened, read aloud by screen readers, gone by themselves.

import { element } from "./element.js";

const SHOWN_MS = 6_000;
let region = null;

/** Show `text`; `kind` is `done` or `failed`. */
export function toast(text, kind = "done") {
  if (!region?.isConnected) {
    region = element("div", { class: "toasts", role: "status", "aria-live": "polite" });
    document.body.append(region);
  }
  const shown = element("p", { class: ["toast", kind] }, text);
  region.append(shown);
  setTimeout(() => shown.remove(), SHOWN_MS);
}

/** Do something; what the API refuses is shown as a toast. Answers whether it was done. */
export async function attempt(action) {
  try {
    await action();
    return true;
  } catch (problem) {
    if (problem.name === "AbortError") return false;
    toast(problem.detail ?? problem.message, "failed");
    if (!problem.code) throw problem;
    return false;
  }
}
