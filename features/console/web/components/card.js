// Cards and small marks.

import { element } from "./element.js";

/** A card with a heading and, at its right, what can be done. */
export function card(title, content, { actions = null, level = 2, class: name = null } = {}) {
  return element(
    "section",
    { class: ["card", name] },
    element("header", { class: "card-head" }, element(`h${level}`, {}, title), actions),
    content,
  );
}

/** A word in a box: `kind` is `alert`, `warn`, `good`, `info` or nothing. */
export function badge(text, kind = null, title = null) {
  return element("span", { class: ["badge", kind], title }, text);
}

/** Names and what they are, as a list: `[name, value]`; what is empty is left out. */
export function facts(pairs) {
  return element(
    "dl",
    { class: "facts" },
    pairs.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([name, value]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, value)),
    ),
  );
}
