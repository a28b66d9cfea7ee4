// The notes of a patient: the latest first, or those that say what is looked for, and new ones.

import { badge } from "../../components/card.js";
import { element, fill } from "../../components/element.js";
import { selectField } from "../../components/form.js";
import { patientPage } from "../../components/patient.js";
import { empty, into } from "../../components/states.js";
import { attempt, toast } from "../../components/toast.js";
import { get } from "../../shell/api.js";
import { moment } from "../../shell/format.js";
import { addressOf } from "../../shell/router.js";
import { may } from "../../shell/session.js";
import { t, word } from "../../shell/texts.js";
import { addNote, NOTE_TYPES } from "./adding.js";
import { excerpt } from "./excerpt.js";

const PAUSE_MS = 180;
const AT_ONCE = 50;

export async function open(view, context) {
  const { patient, content } = await patientPage(view, context, "notes");
  const asked = { q: "", type: "" };
  const list = element("div", {});
  let reading = null;
  const read = () => {
    reading?.abort();
    reading = new AbortController();
    const within = { signal: AbortSignal.any([context.signal, reading.signal]) };
    return into(list, () => page(patient.id, asked, null, within), (found) => notes(patient.id, asked, found, within), within);
  };
  const add = async (file = null) => {
    const made = await addNote(patient.id, file);
    if (!made) return;
    toast(t(made.extraction.status === "pending" ? "notes.added_pending" : "notes.added"));
    await read();
  };
  const search = element("input", { type: "search", id: "notes-search", placeholder: t("notes.search_hint"), autocomplete: "off" });
  search.addEventListener("input", later(() => ((asked.q = search.value.trim()), read())));
  const type = selectField(t("notes.type"), [["", t("notes.any")], ...NOTE_TYPES.map((each) => [each, word("note_type", each)])]);
  type.input.addEventListener("change", () => ((asked.type = type.input.value), read()));
  fill(
    content,
    element(
      "div",
      { class: "notes-tools" },
      element("div", { class: "field notes-search" }, element("label", { for: search.id }, t("notes.search")), search),
      type.root,
      may("notes:write") && element("button", { type: "button", class: "primary", onclick: () => add() }, t("notes.add")),
    ),
    list,
  );
  if (may("notes:write")) acceptDrops(content, add);
  await read();
}

function later(action) {
  let waiting;
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(action, PAUSE_MS);
  };
}

const page = (id, { q, type }, cursor, options) => get(`/patients/${id}/notes`, { q, type, cursor, limit: AT_ONCE }, options);

/** The list, which reads on as its end comes near. Browsers draw only what is seen of it (`content-visibility`). */
function notes(id, asked, found, { signal }) {
  if (!found.data.length) return asked.q || asked.type ? empty(t("notes.none_found")) : empty(t("notes.none"), t("notes.none_detail"));
  const list = element("ol", { class: "notes-list" }, found.data.map((note) => item(id, note)));
  let next = found.pagination.next_cursor;
  let busy = false;
  const readOn = async () => {
    if (busy || !next) return;
    busy = true;
    await attempt(async () => {
      const more = await page(id, asked, next, { signal });
      list.append(...more.data.map((note) => item(id, note)));
      next = more.pagination.next_cursor;
    });
    busy = false;
    button.hidden = !next;
    // It tells of changes only: where the end is still near, it has to be asked anew.
    observer.unobserve(button);
    if (next) observer.observe(button);
  };
  const button = element("button", { type: "button", class: "more", hidden: !next, onclick: readOn }, t("notes.more"));
  const observer = new IntersectionObserver((seen) => seen.some((each) => each.isIntersecting) && readOn(), { rootMargin: "1200px" });
  observer.observe(button);
  signal.addEventListener("abort", () => observer.disconnect());
  return [list, button];
}

function item(id, note) {
  return element(
    "li",
    { class: "notes-item" },
    element(
      "a",
      { class: "card notes-card", href: addressOf("/patients/:id/notes/:note", { id, note: note.id }) },
      element(
        "span",
        { class: "row tight" },
        element("strong", { class: "numeric" }, moment(note.taken_at)),
        badge(word("note_type", note.type)),
        note.file && badge(t(note.extraction.method === "ocr" ? "notes.scan" : "notes.file"), "info"),
        note.extraction.status !== "done" && badge(t(`notes.${note.extraction.status}`), "warn"),
        note.author && element("span", { class: "muted" }, note.author),
      ),
      element("span", { class: "notes-excerpt", dir: "auto" }, excerpt(note)),
    ),
  );
}

function acceptDrops(place, add) {
  place.classList.add("notes-drop");
  place.addEventListener("dragover", (event) => {
    event.preventDefault();
    place.classList.add("dragging");
  });
  place.addEventListener("dragleave", () => place.classList.remove("dragging"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("dragging");
    if (event.dataTransfer.files.length) add(event.dataTransfer.files[0]);
  });
}
