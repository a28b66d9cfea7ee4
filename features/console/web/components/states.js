// What a page shows when it has nothing to show: not yet, nothing there, or not possible.

import { t } from "../shell/texts.js";
import { element } from "./element.js";

/** Something is on its way. */
export function loading() {
  return element("div", { class: "state loading", role: "status" }, element("span", { class: "spinner", "aria-hidden": "true" }), t("components.loading"));
}

/** There is nothing, and perhaps what to do about it. */
export function empty(title, detail = null, action = null) {
  return element("div", { class: "state empty" }, element("p", { class: "state-title" }, title), detail && element("p", { class: "muted" }, detail), action);
}

/**
 * It failed: the problem in plain words, its request id for whoever is asked for help, and a way to try again.
 * `whole` is for what stands in place of a whole page.
 */
export function failure(problem, again = null, { whole = false } = {}) {
  return element(
    "div",
    { class: "state failure", role: "alert" },
    element(whole ? "h1" : "p", { class: "state-title" }, problem.title ?? t("components.failed")),
    element("p", {}, problem.detail ?? problem.message),
    problem.requestId && element("p", { class: "muted small" }, t("components.request", { id: problem.requestId })),
    again && element("button", { type: "button", onclick: again }, t("components.again")),
  );
}

/**
 * Show what `load()` answers in `place` by `draw(found)`; while it loads, and when it fails, the place says so. `quietly`
 * it leaves there what is there until then.
 */
export async function into(place, load, draw, { signal, quietly = false } = {}) {
  const before = place.firstChild;
  const waiting = quietly ? null : setTimeout(() => place.firstChild === before && place.replaceChildren(loading()), 150);
  try {
    const found = await load();
    if (signal?.aborted) return;
    place.replaceChildren(...[draw(found)].flat(Infinity).filter(Boolean));
  } catch (problem) {
    if (signal?.aborted || problem.name === "AbortError") return;
    place.replaceChildren(failure(problem, () => into(place, load, draw, { signal })));
    if (!problem.code) throw problem;
  } finally {
    clearTimeout(waiting);
  }
}

/**
 * Draw `place` anew by `read()`. What had the focus may be gone with what was there; the next Tab then goes on from
 * here, and not from the top of the page.
 */
export async function redrawn(place, read) {
  await read();
  if (document.activeElement !== document.body) return;
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
}
