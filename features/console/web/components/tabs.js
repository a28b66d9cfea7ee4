// Tabs within a page, as WAI-ARIA has them: arrows move between them, Tab leaves them.

import { element, fill, freshId } from "./element.js";

/** Tabs for `[name, title]`; `draw(name)` answers what the chosen one shows. */
export function tabs(label, choices, draw, { chosen = choices[0][0] } = {}) {
  const panel = element("div", { role: "tabpanel", id: freshId("panel"), tabindex: "0" });
  const buttons = choices.map(([name, title]) =>
    element("button", { type: "button", role: "tab", id: freshId("tab"), "aria-controls": panel.id, onclick: () => choose(name) }, title),
  );
  const choose = (name) => {
    choices.forEach(([each], place) => {
      buttons[place].setAttribute("aria-selected", String(each === name));
      buttons[place].tabIndex = each === name ? 0 : -1;
      if (each === name) panel.setAttribute("aria-labelledby", buttons[place].id);
    });
    fill(panel, draw(name));
  };
  const list = element("div", { role: "tablist", class: "tabs", "aria-label": label, onkeydown: (event) => move(event, buttons) }, buttons);
  choose(chosen);
  return element("div", {}, list, panel);
}

function move(event, buttons) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
  next.focus();
  next.click();
}

/** One of a few, at a click: `[value, text]`; `choose(value)` is called when another one is chosen. */
export function segmented(label, choices, current, choose) {
  const name = freshId("segment");
  return element(
    "fieldset",
    { class: "segmented" },
    element("legend", { class: "visually-hidden" }, label),
    choices.map(([value, text]) =>
      element(
        "label",
        {},
        element("input", { type: "radio", name, value, checked: value === current, onchange: () => choose(value) }),
        element("span", {}, text),
      ),
    ),
  );
}
