// What was understood of a note, fact by fact, and what people say is wrong with it.

import { badge, card } from "../../components/card.js";
import { dialog } from "../../components/dialog.js";
import { element } from "../../components/element.js";
import { field, form } from "../../components/form.js";
import { FACT_KINDS } from "../../components/note_text.js";
import { attempt, toast } from "../../components/toast.js";
import { post, remove } from "../../shell/api.js";
import { number } from "../../shell/format.js";
import { may, me } from "../../shell/session.js";
import { measured, t, word } from "../../shell/texts.js";

/**
 * The card of a note's facts: `{root, choose}`; `choose(entry)` brings a fact to sight, also on its page where there are
 * `pages`, a `pageView`.
 */
export function factsCard(note, facts, feedback, where, redraw, pages) {
  const rows = new Map(facts.map((entry) => [entry, row(entry, said(feedback, entry), where, redraw, pages)]));
  const groups = FACT_KINDS.map((kind) => [kind, facts.filter((entry) => entry.kind === kind)]).filter(([, entries]) => entries.length);
  const root = card(
    t("note.facts"),
    groups.length
      ? groups.map(([kind, entries]) =>
          element("section", { class: "note-facts" }, element("h3", { class: `fact fact-${kind}` }, word("fact", kind)), element("ul", {}, entries.map((entry) => rows.get(entry)))),
        )
      : element("p", { class: "muted" }, t("note.no_facts")),
  );
  const choose = (entry) => {
    for (const [each, shown] of rows) shown.classList.toggle("chosen", each === entry);
    rows.get(entry).scrollIntoView({ block: "nearest" });
    rows.get(entry).querySelector("button")?.focus({ preventScroll: true });
    if (pages && entry.fact.page) pages.reveal(entry.fact);
  };
  return { root, choose };
}

const said = (feedback, { kind, fact }) => feedback.filter((each) => each.kind === kind && each.start === fact.start && each.end === fact.end);

function row(entry, given, where, redraw, pages) {
  const own = given.find((each) => each.created_by === me().id);
  return element(
    "li",
    { class: "note-fact", onmouseenter: () => point(entry, true), onmouseleave: () => point(entry, false) },
    element("div", { class: "row apart" }, element("span", { dir: "auto" }, described(entry)), pages && entry.fact.page && pageButton(entry, pages), may("notes:write") && !own && wrongButton(entry, where, redraw)),
    given.map((each) =>
      element(
        "div",
        { class: "row tight small" },
        badge(t("note.said_wrong"), "warn"),
        each.comment,
        each === own &&
          element(
            "button",
            { type: "button", class: "small quiet", onclick: () => attempt(async () => (await remove(`${where}/fact-feedback/${each.id}`), await redraw())) },
            t("note.withdraw"),
          ),
      ),
    ),
  );
}

function pageButton(entry, pages) {
  const label = t("note.on_page_label", { fact: described(entry), page: entry.fact.page });
  return element("button", { type: "button", class: "small quiet note-on-page", "aria-label": label, onclick: () => pages.reveal(entry.fact) }, t("note.on_page", { page: entry.fact.page }));
}

function point({ kind, place }, on) {
  document.querySelectorAll(`[data-fact="${kind}-${place}"]`).forEach((each) => each.classList.toggle("chosen", on));
}

function wrongButton(entry, where, redraw) {
  const name = described(entry);
  return element(
    "button",
    { type: "button", class: "small quiet", "aria-label": t("note.wrong_label", { fact: name }), onclick: () => report(entry, name, where, redraw) },
    t("note.wrong"),
  );
}

async function report({ kind, fact }, name, where, redraw) {
  const done = await dialog(t("note.wrong_title"), (close) => {
    const comment = field(t("note.comment"), element("textarea", { rows: 3, maxlength: 2000 }), { hint: t("note.comment_hint"), pointer: "/comment" });
    return [
      element("p", {}, element("strong", { dir: "auto" }, name)),
      element("blockquote", { class: "note-quote", dir: "auto" }, fact.original),
      form(
        { submit: t("note.wrong_send"), cancel: () => close() },
        async () => {
          await post(`${where}/fact-feedback`, { kind, start: fact.start, end: fact.end, comment: comment.input.value.trim() || null });
          close(true);
        },
        comment,
      ),
    ];
  });
  if (!done) return;
  toast(t("note.wrong_sent"));
  await attempt(redraw);
}

const joined = (...parts) => parts.filter(Boolean).join(" · ");

/** A fact in words. */
function described({ kind, fact }) {
  switch (kind) {
    case "vitals":
      return `${measured(fact.name)} ${number(fact.value)} ${fact.unit}`;
    case "labs":
      return joined(`${measured(fact.name)} ${typeof fact.value === "number" ? number(fact.value) : fact.value} ${fact.unit ?? ""}`.trim(), fact.flag && word("flag", fact.flag));
    case "medications":
      return joined([fact.name, fact.dose, fact.route, fact.frequency].filter(Boolean).join(" "), word("change", fact.status), fact.certainty && fact.certainty !== "actual" ? word("certainty", fact.certainty) : null);
    case "diagnoses":
      return joined(fact.text, word("certainty", fact.certainty), fact.relative);
    case "allergies":
      return joined(fact.substance, fact.reaction, word("allergy", fact.status));
    case "avoid":
      return joined(fact.substance, fact.reason);
    default:
      return joined(fact.text, word("procedure", fact.status), fact.on);
  }
}
