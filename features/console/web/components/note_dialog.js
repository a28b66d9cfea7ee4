// A note opened at the words that something rests on, over the page that cites it.

import { get } from "../shell/api.js";
import { day, moment } from "../shell/format.js";
import { addressOf } from "../shell/router.js";
import { t, word } from "../shell/texts.js";
import { badge } from "./card.js";
import { dialog } from "./dialog.js";
import { element } from "./element.js";
import { noteText, placeOf, showCited } from "./note_text.js";
import { into } from "./states.js";

/** Open the note that `citation` (`{note_id, quote, start?, end?}`) is from, at the quoted words. */
export async function openCitation(patientId, citation) {
  await dialog(
    t("components.note"),
    (close) => {
      const place = element("div", { class: "stack" });
      into(place, () => get(`/patients/${patientId}/notes/${citation.note_id}`), (note) => shown(note, citation, close)).then(() => showCited(place));
      return place;
    },
    { wide: true },
  );
}

function shown(note, citation, close) {
  const marked = placeOf(note.content, citation);
  return [
    element(
      "div",
      { class: "row apart" },
      element("p", {}, element("strong", {}, moment(note.taken_at)), " ", badge(word("note_type", note.type)), " ", note.author),
      element("a", { href: addressOf("/patients/:id/notes/:note", { id: note.patient_id, note: note.id }), onclick: () => close() }, t("components.note_open")),
    ),
    !marked && citation.quote && element("p", { class: "muted" }, t("components.quote_not_found", { quote: citation.quote })),
    noteText(note, { marked }),
  ];
}

/** A button that opens the note a citation is from. It shows the day, and tells the words. */
export function citationButton(patientId, citation) {
  return element(
    "button",
    {
      type: "button",
      class: "citation",
      title: citation.quote,
      "aria-label": t("components.citation", { day: day(citation.taken_at), quote: citation.quote ?? "" }),
      onclick: () => openCitation(patientId, citation),
    },
    day(citation.taken_at),
  );
}
