// Dialogs: the browser's own, which keeps the focus inside and closes on Escape.

import { t } from "../shell/texts.js";
import { element, freshId } from "./element.js";

/**
 * Show a dialog with a heading. `make(close)` answers its content; `close(value)` closes it. Answers a promise of that
 * value; of undefined when it is closed otherwise.
 */
export function dialog(title, make, { wide = false } = {}) {
  return new Promise((resolve) => {
    let answer;
    const heading = element("h2", { id: freshId("title") }, title);
    const shown = element("dialog", { class: wide && "wide", "aria-labelledby": heading.id, onclose: () => (shown.remove(), resolve(answer)) });
    const close = (value) => {
      answer = value;
      shown.close();
    };
    const dismiss = element(
      "button",
      { type: "button", class: "quiet", onclick: () => close(), "aria-label": t("components.close") },
      element("span", { "aria-hidden": "true" }, "✕"),
    );
    shown.append(element("header", {}, heading, dismiss), element("div", { class: "dialog-body" }, make(close)));
    document.body.append(shown);
    shown.showModal();
    const first = shown.querySelector("[autofocus]") ?? shown.querySelector(".dialog-body :is(input, select, textarea)");
    (first ?? dismiss).focus();
  });
}

/** Ask whether to go on; `danger` marks what cannot be undone. Answers a promise of true or false. */
export async function confirm(title, text, { action, danger = false }) {
  const sure = await dialog(title, (close) => [
    element("p", {}, text),
    element(
      "div",
      { class: "form-actions" },
      element("button", { type: "button", class: danger ? "danger" : "primary", onclick: () => close(true) }, action),
      element("button", { type: "button", onclick: () => close(false) }, t("components.cancel")),
    ),
  ]);
  return sure === true;
}
