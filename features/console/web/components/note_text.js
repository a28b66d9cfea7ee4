// The text of a note, with what was understood of it underlined and the words that were cited marked.

import { element } from "./element.js";

/** The kinds of facts that a note has, in the order in which they are listed. */
export const FACT_KINDS = ["allergies", "avoid", "diagnoses", "medications", "procedures", "vitals", "labs"];

/** All facts of a note: `{kind, fact, place}`; `place` tells facts of a kind apart. */
export function factsOf(note) {
  return FACT_KINDS.flatMap((kind) => (note.facts[kind] ?? []).map((fact, place) => ({ kind, fact, place })));
}

/**
 * Where a citation stands in a text, as `[start, end]` in characters; null when it does not. A citation that tells no
 * place is looked for by its quote; other spaces than those of the note are forgiven.
 */
export function placeOf(content, { quote, start, end }) {
  if (Number.isInteger(start) && Number.isInteger(end)) return [start, end];
  if (!quote) return null;
  const pattern = quote.trim().split(/\s+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+");
  const found = new RegExp(pattern, "u").exec(content);
  if (!found) return null;
  const from = [...content.slice(0, found.index)].length;
  return [from, from + [...found[0]].length];
}

/**
 * The text of `note` as an element. `marked` is a place as of `placeOf`; `choose(entry)` is called with an entry of
 * `factsOf` when its words are clicked. The API counts characters, so the text is cut by them and not as JavaScript counts.
 */
export function noteText(note, { marked = null, facts = [], choose = null } = {}) {
  const characters = [...note.content];
  const spans = facts.map((entry) => ({ entry, from: entry.fact.start, to: entry.fact.end })).filter(({ from, to }) => to > from);
  const cuts = new Set([0, characters.length, ...spans.flatMap(({ from, to }) => [from, to]), ...(marked ?? [])]);
  const edges = [...cuts].filter((edge) => edge >= 0 && edge <= characters.length).sort((a, b) => a - b);
  const parts = edges.slice(0, -1).map((from, place) => {
    const to = edges[place + 1];
    const text = characters.slice(from, to).join("");
    const covering = spans.filter((span) => span.from <= from && span.to >= to);
    const cited = marked && marked[0] <= from && marked[1] >= to;
    const shown = covering.length ? underlined(text, covering.map(({ entry }) => entry), choose) : text;
    return cited ? element("mark", { class: "cited" }, shown) : shown;
  });
  return element("div", { class: "note-text", dir: "auto" }, parts);
}

function underlined(text, entries, choose) {
  // The shortest stretch of several is what somebody points at.
  const entry = entries.reduce((best, each) => (length(each) < length(best) ? each : best));
  return element(
    "span",
    { class: ["fact", `fact-${entry.kind}`, choose && "can-choose"], onclick: choose && (() => choose(entry)), "data-fact": `${entry.kind}-${entry.place}` },
    text,
  );
}

const length = ({ fact }) => fact.end - fact.start;

/** Bring the cited words into the middle of what is seen; of a text that is looked around in by itself, only there. */
export function showCited(within) {
  const cited = within.querySelector(".cited");
  const own = cited?.closest(".note-own-scroll");
  if (!own) cited?.scrollIntoView({ block: "center" });
  else own.scrollTop = cited.offsetTop + cited.offsetHeight / 2 - own.clientHeight / 2;
}
