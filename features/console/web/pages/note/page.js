// One note: its text with what was understood of it, the scan or PDF it came as beside it, and what people say is wrong.

import { badge, card } from "../../components/card.js";
import { confirm } from "../../components/dialog.js";
import { element, fill } from "../../components/element.js";
import { factsOf, noteText, showCited } from "../../components/note_text.js";
import { boxIn, pageView, placeOnPage } from "../../components/page_view.js";
import { patientPage } from "../../components/patient.js";
import { attempt, toast } from "../../components/toast.js";
import { get, remove } from "../../shell/api.js";
import { bytes, moment, percent } from "../../shell/format.js";
import { addressOf, go } from "../../shell/router.js";
import { may } from "../../shell/session.js";
import { t, word } from "../../shell/texts.js";
import { factsCard } from "./facts.js";
import { download, fileView } from "./file.js";

const LOOK_AGAIN_MS = 2_000;
const UNSURE_BELOW = 0.9; // as the API has it: to be checked against the file

export async function open(view, context) {
  const { patient, content } = await patientPage(view, context, "notes");
  const where = `/patients/${patient.id}/notes/${context.parameters.note}`;
  const closers = [];
  const draw = async () => {
    const [note, feedback] = await Promise.all([get(where, {}, context), get(`${where}/fact-feedback`, {}, context)]);
    closers.splice(0).forEach((close) => close());
    fill(content, drawn(patient, note, feedback.data, where, context, closers, draw));
    showCited(content);
    if (note.extraction.status === "pending") {
      const again = setTimeout(() => attempt(draw), LOOK_AGAIN_MS);
      context.signal.addEventListener("abort", () => clearTimeout(again));
    }
  };
  await draw();
  return () => closers.forEach((close) => close());
}

function drawn(patient, note, feedback, where, { query, signal }, closers, redraw) {
  const start = Number(query.get("start"));
  const marked = query.has("start") ? [start, Number(query.get("end"))] : null;
  const facts = factsOf(note);
  const pages = note.file?.pages ? pageView(where, note.file, { signal, closers }) : null;
  const cited = { page: Number(query.get("page")), box: boxIn(query.get("box")) };
  pages?.show(placeOnPage(note, cited.page >= 1 && cited.page <= note.file.pages ? cited : null, marked, facts) ?? { page: 1 });
  const panel = factsCard(note, facts, feedback, where, redraw, pages);
  const text = card(
    t("note.text"),
    note.content ? noteText(note, { marked, facts, choose: panel.choose }) : element("p", { class: "muted" }, t(`note.${note.extraction.status}`)),
  );
  const file = pages ? card(t("note.file"), pages.root, { class: "no-print" }) : note.file && fileView(where, note.file, { signal, closers });
  return [
    head(patient, note, where),
    element("div", { class: ["note-columns", file && "with-file"] }, element("div", { class: "stack" }, text, note.extraction.error && element("p", { class: "form-error" }, note.extraction.error)), element("div", { class: "stack" }, file, panel.root)),
  ];
}

function head(patient, note, where) {
  const list = addressOf("/patients/:id/notes", { id: patient.id });
  const { confidence, method } = note.extraction;
  return element(
    "div",
    { class: "row apart" },
    element(
      "div",
      { class: "row" },
      element("a", { href: list, class: "no-print" }, t("note.all")),
      element("h2", { class: "numeric" }, moment(note.taken_at)),
      badge(word("note_type", note.type), null, note.type_confidence === null ? null : t("note.type_confidence", { share: percent(note.type_confidence) })),
      note.author,
      confidence !== null && confidence < UNSURE_BELOW && badge(t("note.unsure", { share: percent(confidence) }), "warn", method),
    ),
    element(
      "div",
      { class: "row no-print" },
      note.file && element("button", { type: "button", class: "small", onclick: () => attempt(() => download(where, note.file)) }, t("note.download", { size: bytes(note.file.bytes) })),
      may("notes:delete") && element("button", { type: "button", class: "small", onclick: () => erase(note, where, list) }, t("note.delete")),
    ),
  );
}

async function erase(note, where, list) {
  const sure = await confirm(t("note.delete_title"), t("note.delete_text"), { action: t("note.delete"), danger: true });
  if (!sure) return;
  const done = await attempt(() => remove(where, { version: note.version }));
  if (!done) return;
  toast(t("note.deleted"));
  go(list);
}
