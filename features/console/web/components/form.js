// Forms and their fields: labels, what is wrong beside the field it concerns, and one button that works once.

import { t } from "../shell/texts.js";
import { element, fill, freshId } from "./element.js";

/**
 * A labelled field: `{root, input, fail}`. `fail(text)` shows what is wrong with it, `fail(null)` that nothing is.
 *
 * `input` is an `<input>`, `<select>` or `<textarea>`; `pointer` is where its value stands in the body (`/reason`).
 */
export function field(label, input, { hint = null, pointer = null } = {}) {
  const error = element("p", { class: "field-error", id: freshId("error"), hidden: true });
  const helping = hint && element("p", { class: "field-hint", id: freshId("hint") }, hint);
  input.id ||= freshId("field");
  input.setAttribute("aria-describedby", [helping?.id, error.id].filter(Boolean).join(" "));
  const root = element("div", { class: "field" }, element("label", { for: input.id }, label), input, helping, error);
  const fail = (text) => {
    error.hidden = !text;
    fill(error, text ?? "");
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  input.addEventListener("input", () => fail(null));
  return { root, input, fail, pointer };
}

/** A field to choose from `[value, text]`. */
export function selectField(label, choices, { value = "", ...options } = {}) {
  const offered = choices.map(([each, text]) => element("option", { value: each, selected: each === value }, text));
  return field(label, element("select", {}, offered), options);
}

/**
 * A form that calls `submit()`. What it throws as a Problem stands beside the fields it names, the rest above the
 * button; while it runs the button is off. Parts are fields, or anything else that is shown between them.
 */
export function form({ submit: label, class: name = "", cancel = null }, submit, ...parts) {
  const fields = parts.filter((part) => part?.fail);
  const trouble = element("p", { class: "form-error", role: "alert" });
  const button = element("button", { type: "submit", class: "primary" }, label);
  const leave = cancel && element("button", { type: "button", onclick: cancel }, t("components.cancel"));
  return element(
    "form",
    {
      class: ["form", name],
      novalidate: true,
      onsubmit: async (event) => {
        event.preventDefault();
        fill(trouble);
        if (!complete(fields)) return;
        button.disabled = true;
        try {
          await submit();
        } catch (problem) {
          if (problem.name !== "AbortError") tell(problem, fields, trouble);
          if (!problem.code && problem.name !== "AbortError") throw problem;
        } finally {
          button.disabled = false;
        }
      },
    },
    parts.map((part) => part?.root ?? part),
    trouble,
    element("div", { class: "form-actions" }, button, leave),
  );
}

/** Whether every field that has to be filled in is; the first that is not gets the focus. */
function complete(fields) {
  const empty = fields.filter(({ input }) => !input.checkValidity());
  empty.forEach(({ input, fail }) => fail(input.validity.valueMissing ? t("components.required") : input.validationMessage));
  empty[0]?.input.focus();
  return empty.length === 0;
}

function tell(problem, fields, trouble) {
  const named = fields.filter(({ pointer }) => pointer && problem.of?.(pointer));
  named.forEach(({ pointer, fail }) => fail(problem.of(pointer)));
  const rest = (problem.errors ?? []).filter((error) => !named.some(({ pointer }) => error.pointer.startsWith(pointer)));
  named[0]?.input.focus();
  if (named.length && !rest.length) return;
  fill(trouble, rest.length ? rest.map((error) => element("span", { class: "line" }, error.detail)) : (problem.detail ?? problem.message));
}
