// Appointments moved by hand, with a mouse or a pen: to another time, to another column. Whoever has neither opens the
// appointment and chooses to move it.

import { element, fill } from "../../components/element.js";

const SNAP_MINUTES = 15;
const BEGINS_AT = 6; // pixels, so that a click stays a click
const EDGE = 40; // pixels from where it scrolls

/**
 * Let `node`, the slot of an appointment, be dragged.
 *
 * `hours` is the span that is shown: `{begin, from, to, step}`, in milliseconds, hours, and minutes a row. `moveTo({clinician,
 * start})` is called with where it was let go, an id and a moment, unless that is where it was. `label(start)` tells a
 * time as people read it.
 */
export function draggable(node, { appointment, hours, label, moveTo, settle }) {
  let held = null; // where it was taken hold of, and what shows where it would go
  node.classList.add("can-move");
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch" || getComputedStyle(node.parentElement).display !== "grid") return;
    held = { x: event.clientX, y: event.clientY, within: event.clientY - node.getBoundingClientRect().top, ghost: null, target: null };
    node.closest(".appointments-grid").classList.add("held");
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", drop);
    document.addEventListener("pointercancel", end);
    document.addEventListener("keydown", escape, true);
  });
  node.addEventListener("dragstart", (event) => event.preventDefault());

  function move(event) {
    if (!held.ghost && Math.hypot(event.clientX - held.x, event.clientY - held.y) < BEGINS_AT) return;
    if (!node.isConnected) return end();
    event.preventDefault();
    held.ghost ??= begin();
    scrollAtEdges(node.closest(".appointments-scroll"), event);
    held.target = targetAt(event);
    show();
  }

  function begin() {
    node.classList.add("in-hand");
    node.closest(".appointments-grid").classList.add("dragging");
    return element("li", { class: "appointments-slot appointments-ghost", "aria-hidden": "true" }, element("span", { class: "numeric" }));
  }

  function targetAt({ clientX, clientY }) {
    const column = document.elementsFromPoint(clientX, clientY).map((each) => each.closest("[data-clinician]")).find(Boolean);
    if (!column) return null;
    const rows = column.querySelector(".appointments-rows");
    const { top, height } = rows.getBoundingClientRect();
    const minutes = ((clientY - held.within - top) / height) * (hours.to - hours.from) * 60;
    const last = (hours.to - hours.from) * 60 - SNAP_MINUTES;
    const snapped = Math.min(Math.max(Math.round(minutes / SNAP_MINUTES) * SNAP_MINUTES, 0), last);
    return { clinician: column.dataset.clinician, rows, row: snapped / hours.step + 1, start: new Date(hours.begin + (hours.from * 60 + snapped) * 60_000) };
  }

  function show() {
    const { ghost, target } = held;
    if (!target) return ghost.remove();
    ghost.style.gridRow = `${target.row} / span ${Math.max(3, Math.round(appointment.duration_minutes / hours.step))}`;
    fill(ghost.firstChild, label(target.start));
    if (ghost.parentElement !== target.rows) target.rows.append(ghost);
  }

  function drop() {
    const { ghost, target } = held;
    end();
    if (!ghost) return;
    // The click that a letting go ends with is none.
    const swallow = (event) => (event.stopPropagation(), event.preventDefault());
    document.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", swallow, { capture: true }));
    const isElsewhere = target && (target.clinician !== appointment.clinician_id || target.start.getTime() !== Date.parse(appointment.start_at));
    if (isElsewhere) moveTo({ clinician: target.clinician, start: target.start });
  }

  function escape(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    end();
  }

  function end() {
    held?.ghost?.remove();
    held = null;
    node.classList.remove("in-hand");
    node.closest(".appointments-grid")?.classList.remove("held", "dragging");
    document.removeEventListener("pointermove", move);
    document.removeEventListener("pointerup", drop);
    document.removeEventListener("pointercancel", end);
    document.removeEventListener("keydown", escape, true);
    settle();
  }
}

function scrollAtEdges(scroller, { clientX, clientY }) {
  const { left, right } = scroller.getBoundingClientRect();
  const across = clientX < left + EDGE ? -1 : clientX > right - EDGE ? 1 : 0;
  const down = clientY < EDGE ? -1 : clientY > window.innerHeight - EDGE ? 1 : 0;
  if (across) scroller.scrollBy({ left: across * EDGE });
  if (down) window.scrollBy({ top: down * EDGE });
}
