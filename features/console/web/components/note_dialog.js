// A note opened at the words that something rests on, over the page that cites it; what came as a scan or a PDF is
// opened at the place on its page, too.

import { get } from "../shell/api.js";
import { day, moment } from "../shell/format.js";
import { addressOf } from "../shell/router.js";
import { t, word } from "../shell/texts.js";
import { badge } from "./card.js";
import { dialog } from "./dialog.js";
import { element } from "./element.js";
import { factsOf, noteText, placeOf, showCited } from "./note_text.js";
import { boxText, pageView, placeOnPage } from "./page_view.js";
import { into } from "./states.js";

/** Open the note that `citation` (`{note_id, quote, start?, end?, page?, box?}`) is from, at the quoted words. */
export async function openCitation(patientId, citation) {
  const where = `/patients/${patientId}/notes/${citation.note_id}`;
  const closers = [];
  const gone = new AbortController();
  await dialog(
    t("components.note"),
    (close) => {
      const place = element("div", { class: "stack" });
      into(place, () => get(where), (note) => shown(note, citation, where, close, { closers, signal: gone.signal })).then(() => showCited(place));
      return place;
    },
    { wide: true },
  );
  gone.abort();
  closers.forEach((each) => each());
}

function shown(note, citation, where, close, life) {
  const marked = placeOf(note.content, citation);
  const onPage = placeOnPage(note, citation, marked, factsOf(note));
  const pages = onPage && pageView(where, note.file, life);
  pages?.show(onPage);
  const text = noteText(note, { marked });
  const there = { start: marked?.[0], end: marked?.[1], page: onPage?.page, box: onPage?.box && boxText(onPage.box) };
  return [
    element(
      "div",
      { class: "row apart" },
      element("p", {}, element("strong", {}, moment(note.taken_at)), " ", badge(word("note_type", note.type)), " ", note.author),
      element("a", { href: addressOf("/patients/:id/notes/:note", { id: note.patient_id, note: note.id }, there), onclick: () => close() }, t("components.note_open")),
    ),
    !marked && citation.quote && element("p", { class: "muted" }, t("components.quote_not_found", { quote: citation.quote })),
    pages ? element("div", { class: "note-beside" }, pages.root, element("div", { class: "note-own-scroll", tabindex: 0, role: "region", "aria-label": t("components.note_text") }, text)) : text,
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
