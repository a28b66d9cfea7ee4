// Asks why a restricted record has to be opened.

import { t } from "../shell/texts.js";
import { dialog } from "./dialog.js";
import { element } from "./element.js";
import { field, form } from "./form.js";

const SHORTEST = 10; // as the API has it

/** The reason, or undefined when there is none. */
export function askForReason(problem) {
  return dialog(t("components.restricted_title"), (close) => {
    const reason = field(t("components.restricted_reason"), element("textarea", { rows: 3, required: true, minlength: SHORTEST, maxlength: 500 }), {
      hint: t("components.restricted_hint"),
    });
    return [
      element("p", {}, problem.detail),
      form({ submit: t("components.restricted_open"), cancel: () => close() }, async () => {
        if (reason.input.value.trim().length < SHORTEST) reason.fail(t("components.restricted_hint"));
        else close(reason.input.value.trim());
      }, reason),
    ];
  });
}
