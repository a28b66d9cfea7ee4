// Keeps a page as the server has it while others work: read anew when something happens that it shows, but never while
// somebody has a dialog open or something in hand. Who may not listen to events reads anew now and then.

import { onLive } from "../shell/live.js";
import { may } from "../shell/session.js";

const TOGETHER_MS = 250; // what happens at once is read once
const NOW_AND_THEN_MS = 60_000;

/**
 * Call `read()` when an event comes whose type begins with one of `kinds` (`rounds.appointment.`), when some may have
 * been missed, and when the window is looked at again. `isBusy()` tells of something in hand. Answers `{renew, settle}`:
 * `renew()` reads anew as an event would, and `settle()` is to be called when nothing is in hand any more.
 */
export function renewing(kinds, read, { signal, isBusy = () => false }) {
  let isStale = false;
  let waiting = null;
  let wasOpen = true;

  function settle() {
    if (!isStale || waiting || signal.aborted) return;
    waiting = setTimeout(async () => {
      waiting = null;
      if (signal.aborted || document.hidden || document.querySelector("dialog[open]") || isBusy()) return;
      isStale = false;
      await read();
      settle(); // what has come meanwhile
    }, TOGETHER_MS);
  }

  const renew = () => {
    isStale = true;
    settle();
  };

  onLive((event, { open, gap }) => {
    const isBack = open && !wasOpen;
    wasOpen = open;
    if (event ? kinds.some((kind) => event.type.startsWith(kind)) : isBack || gap) renew();
  }, { signal });
  // A dialog does not let its closing bubble.
  document.addEventListener("close", settle, { capture: true, signal });
  document.addEventListener("visibilitychange", () => !document.hidden && renew(), { signal });
  if (!may("events:read")) {
    const again = setInterval(renew, NOW_AND_THEN_MS);
    signal.addEventListener("abort", () => clearInterval(again));
  }
  return { renew, settle };
}

/**
 * Draw `place` anew by `read()`, and leave things as they are for who looks at it: the focus on what stands for the same
 * thing by its `data-key`, folded out what was, and scrolled what scrolls by itself.
 */
export async function inPlace(place, read) {
  const focus = place.contains(document.activeElement) ? document.activeElement : null;
  const key = focus?.closest("[data-key]")?.dataset.key;
  const folded = new Set(keyed(place, "details[open]").map(({ dataset }) => dataset.key));
  const scrolled = new Map(keyed(place, "[tabindex]").map((each) => [each.dataset.key, [each.scrollLeft, each.scrollTop]]));
  await read();
  for (const each of keyed(place, "details")) each.open = folded.has(each.dataset.key);
  for (const each of keyed(place, "[tabindex]")) [each.scrollLeft, each.scrollTop] = scrolled.get(each.dataset.key) ?? [0, 0];
  if (!focus || focus.isConnected || document.activeElement !== document.body) return;
  const again = key && keyed(place, "").find((each) => each.dataset.key === key);
  if (!again) place.tabIndex = -1;
  (again ?? place).focus({ preventScroll: true });
}

const keyed = (place, kind) => [...place.querySelectorAll(`${kind}[data-key]`)];
