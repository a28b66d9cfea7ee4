// Adding a note: written here, or as a file that is chosen or dropped.

import { dialog } from "../../components/dialog.js";
import { element, fill } from "../../components/element.js";
import { field, form, selectField } from "../../components/form.js";
import { post, upload } from "../../shell/api.js";
import { bytes, percent } from "../../shell/format.js";
import { t, word } from "../../shell/texts.js";

export const NOTE_TYPES = ["admission", "progress", "consultation", "discharge", "procedure", "emergency", "nursing", "therapy", "laboratory", "imaging", "prescription", "referral", "correspondence", "other"];
const KINDS = ".txt,.pdf,.png,.jpg,.jpeg,.tif,.tiff,text/plain,application/pdf,image/png,image/jpeg,image/tiff";

/** Ask for a note and add it; answers it, or undefined. `dropped` is a file to begin with. */
export function addNote(patientId, dropped = null) {
  return dialog(t("notes.add"), (close) => noteForm(patientId, dropped, close), { wide: true });
}

function noteForm(patientId, dropped, close) {
  const text = field(t("notes.text"), element("textarea", { rows: 10, dir: "auto" }), { pointer: "/content" });
  const file = fileField(dropped, (chosen) => (text.root.hidden = chosen));
  const takenAt = field(t("notes.taken_at"), element("input", { type: "datetime-local" }), { hint: t("notes.taken_at_hint"), pointer: "/taken_at" });
  const type = selectField(t("notes.type"), [["", t("notes.from_text")], ...NOTE_TYPES.map((each) => [each, word("note_type", each)])], { pointer: "/type" });
  const author = field(t("notes.author"), element("input", { autocomplete: "off" }), { hint: t("notes.author_hint"), pointer: "/author" });
  const progress = element("progress", { max: 1, value: 0, hidden: true, "aria-label": t("notes.progress") });
  const told = element("p", { class: "small muted", role: "status" });
  text.root.hidden = Boolean(dropped);
  return form(
    { submit: t("notes.save"), cancel: () => close() },
    async () => {
      const details = {
        ...(takenAt.input.value ? { taken_at: new Date(takenAt.input.value).toISOString() } : {}),
        ...(type.input.value ? { type: type.input.value } : {}),
        ...(author.input.value.trim() ? { author: author.input.value.trim() } : {}),
      };
      const where = `/patients/${patientId}/notes`;
      const chosen = file.chosen();
      if (!chosen && !text.input.value.trim()) return text.fail(t("notes.text_or_file"));
      if (!chosen) return close(await post(where, { content: text.input.value, ...details }));
      const sent = new FormData();
      sent.append("file", chosen);
      Object.entries(details).forEach(([name, value]) => sent.append(name, value));
      progress.hidden = false;
      try {
        const onprogress = (share) => {
          progress.value = share;
          fill(told, share < 1 ? percent(share) : t("notes.reading"));
        };
        close(await upload(where, sent, { onprogress }));
      } finally {
        progress.hidden = true;
        fill(told);
      }
    },
    file,
    text,
    element("div", { class: "notes-details" }, takenAt.root, type.root, author.root),
    // They stand in the row above; here they take part in telling what is wrong.
    ...[takenAt, type, author].map((each) => ({ ...each, root: null })),
    progress,
    told,
  );
}

/** A place to choose a file or to drop it on. */
function fileField(dropped, changed) {
  let file = dropped;
  const input = element("input", { type: "file", accept: KINDS });
  const shown = field(t("notes.choose"), input, { hint: t("notes.choose_hint"), pointer: "/file" });
  const name = element("p", { class: "small" });
  const clear = element("button", { type: "button", class: "small", onclick: () => choose(null) }, t("notes.no_file"));
  const choose = (chosen) => {
    file = chosen;
    if (!chosen) input.value = "";
    fill(name, chosen ? `${chosen.name} · ${bytes(chosen.size)} ` : "", chosen && clear);
    shown.fail(null);
    changed(Boolean(chosen));
  };
  input.addEventListener("change", () => choose(input.files[0] ?? null));
  shown.root.classList.add("notes-file");
  shown.root.append(name);
  shown.root.addEventListener("dragover", (event) => event.preventDefault());
  shown.root.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) choose(event.dataTransfer.files[0]);
  });
  if (dropped) fill(name, `${dropped.name} · ${bytes(dropped.size)} `, clear);
  return { ...shown, chosen: () => file };
}
