// The facts that a recommendation rests on, as people read them.

import { badge } from "../../components/card.js";
import { element } from "../../components/element.js";
import { number } from "../../shell/format.js";
import { t, word } from "../../shell/texts.js";

const MOST = 8; // of a list

/** `facts` of a recommendation's trace; null where there are none. */
export function factsInWords(facts) {
  const told = Object.entries(facts ?? {}).filter(([, value]) => value !== null);
  if (!told.length) return null;
  return element("div", { class: "row tight", role: "group", "aria-label": t("inbox.facts") }, told.flatMap(([name, value]) => each(name, value)).map((text) => badge(text)));
}

function each(name, value) {
  if (Array.isArray(value)) return value.slice(0, MOST).map((item) => `${word("known_fact", name)}: ${inWords(item)}`);
  if (value && typeof value === "object") return Object.entries(value).map(([inner, known]) => `${word("vital", inner)}: ${inWords(known)}`);
  return [`${word("known_fact", name)}: ${inWords(value)}`];
}

function inWords(value) {
  if (typeof value === "boolean") return t(value ? "inbox.yes" : "inbox.no");
  if (typeof value === "number") return number(value);
  if (value && typeof value === "object") {
    const days = value.days_ago === undefined ? null : t("inbox.days_ago", { count: value.days_ago });
    return [value.code, value.department, days].filter(Boolean).join(", ");
  }
  return String(value);
}
