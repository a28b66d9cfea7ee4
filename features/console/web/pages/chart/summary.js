// The summary, for whom and as long as one wants it. Every statement opens its note at the words it rests on.

import { badge } from "../../components/card.js";
import { element, freshId } from "../../components/element.js";
import { citationButton } from "../../components/note_dialog.js";
import { into } from "../../components/states.js";
import { segmented } from "../../components/tabs.js";
import { get } from "../../shell/api.js";
import { day, moment, nhsNumber } from "../../shell/format.js";
import { addressOf, remember } from "../../shell/router.js";
import { currentLanguage, t, word } from "../../shell/texts.js";

const AUDIENCES = ["clinician", "family"];
const LANGUAGE = "en"; // the only one that summaries are written in, whatever that of the console
const LENGTHS = ["brief", "standard", "detailed"];

/** The card of a patient's summary; what is chosen stands in the address. */
export function summaryCard(patient, { query, signal }) {
  const asked = { audience: chosen(query, "audience", AUDIENCES, 0), length: chosen(query, "length", LENGTHS, 1) };
  const place = element("div", { class: "stack summary-text", "aria-live": "polite" });
  const read = (refresh = false) =>
    into(place, () => get(`/patients/${patient.id}/summary`, { ...asked, ...(refresh ? { refresh } : {}) }, { signal }), (found) => shown(patient, found), { signal });
  const choose = (name) => (value) => {
    asked[name] = value;
    remember(addressOf("/patients/:id/chart", { id: patient.id }, asked));
    read();
  };
  read();
  const title = element("h2", { id: freshId("summary") }, t("chart.summary"));
  return element(
    "section",
    { class: "card summary", "aria-labelledby": title.id },
    element(
      "header",
      { class: "card-head" },
      title,
      element(
        "div",
        { class: "row no-print" },
        segmented(t("chart.audience"), AUDIENCES.map((each) => [each, t(`chart.audience_${each}`)]), asked.audience, choose("audience")),
        segmented(t("chart.length"), LENGTHS.map((each) => [each, t(`chart.length_${each}`)]), asked.length, choose("length")),
        element("button", { type: "button", class: "small", onclick: () => window.print() }, t("chart.print")),
      ),
    ),
    place,
  );
}

function chosen(query, name, offered, otherwise) {
  return offered.includes(query.get(name)) ? query.get(name) : offered[otherwise];
}

function shown(patient, found) {
  const { heading, generator } = found;
  return [
    element(
      "p",
      { class: "print-only" },
      [heading.name, t("chart.born", { day: day(heading.date_of_birth) }), word("sex", heading.sex), heading.mrn, nhsNumber(heading.nhs_number)].filter(Boolean).join(" · "),
    ),
    currentLanguage() !== LANGUAGE && element("p", { class: "muted small" }, t("chart.in_english")),
    element("p", { class: "summary-lead", lang: LANGUAGE }, found.summary),
    found.sections.map((section) => sectionOf(patient.id, section)),
    found.warnings.map((warning) => element("p", { class: "small" }, badge(t("chart.note"), "warn"), " ", element("span", { lang: LANGUAGE }, warning))),
    element(
      "p",
      { class: "muted small" },
      [
        t("chart.notes_used", { count: found.notes_used.length }),
        found.notes_omitted.length ? t("chart.notes_omitted", { count: found.notes_omitted.length }) : null,
        generator.provider === "extractive" ? t("chart.by_extraction") : t("chart.by_model", { model: generator.model ?? generator.provider }),
        moment(found.generated_at),
      ].filter(Boolean).join(" · "),
    ),
  ];
}

function sectionOf(id, { title, statements }) {
  return element(
    "section",
    {},
    element("h3", { lang: LANGUAGE }, title),
    element(
      "ul",
      { class: "statements" },
      statements.map((statement) =>
        element(
          "li",
          {},
          element("span", { lang: LANGUAGE }, statement.text),
          " ",
          !statement.supported && [badge(t("chart.unsupported"), "warn"), " "],
          element("span", { class: "citations no-print" }, statement.citations.map((citation) => [citationButton(id, citation), " "])),
        ),
      ),
    ),
  );
}
