// Asks why a recommendation is accepted or declined. To decline one, a reason has to be given.

import { dialog } from "../../components/dialog.js";
import { element } from "../../components/element.js";
import { field, form } from "../../components/form.js";
import { toast } from "../../components/toast.js";
import { post } from "../../shell/api.js";
import { t } from "../../shell/texts.js";

/** Answer it; tells whether that was done. */
export function answerRecommendation({ id, recommendation }, status) {
  const accepting = status === "accepted";
  const title = t(accepting ? "inbox.accept_this" : "inbox.decline_this", { recommendation });
  return dialog(title, (close) => {
    const reason = field(t("inbox.reason"), element("textarea", { rows: 3, maxlength: 2000, required: !accepting }), {
      pointer: "/reason",
      hint: t(accepting ? "inbox.reason_optional" : "inbox.reason_needed"),
    });
    return form({ submit: t(accepting ? "inbox.accept" : "inbox.decline"), cancel: () => close(false) }, async () => {
      await post(`/recommendations/${id}/feedback`, { status, reason: reason.input.value.trim() || null });
      toast(t(accepting ? "inbox.accepted" : "inbox.declined"));
      close(true);
    }, reason);
  });
}
