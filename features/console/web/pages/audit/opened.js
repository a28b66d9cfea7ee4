// Restricted records that were opened: by whom and why, and what a review makes of it.

import { badge, card } from "../../components/card.js";
import { dialog } from "../../components/dialog.js";
import { element } from "../../components/element.js";
import { field, form, selectField } from "../../components/form.js";
import { patientName, patientsOf } from "../../components/people.js";
import { empty, into, redrawn } from "../../components/states.js";
import { more } from "../../components/table.js";
import { segmented } from "../../components/tabs.js";
import { toast } from "../../components/toast.js";
import { get, post } from "../../shell/api.js";
import { ago, moment } from "../../shell/format.js";
import { t, word } from "../../shell/texts.js";

const MARKS = { justified: "good", unjustified: "alert", escalated: "warn" };

/** The uses of break-glass that wait for a review, or those that had one. */
export function openedView(asked, keep, signal) {
  const wanted = { reviewed: "false", patient_id: asked.patient };
  const place = element("div", {});
  const read = () => into(place, () => load(wanted, null, signal), (found) => list(found, wanted, () => redrawn(place, read), signal), { signal });
  const which = segmented(t("audit.which"), [["false", t("audit.waiting")], ["true", t("audit.reviewed")]], wanted.reviewed, (reviewed) => {
    wanted.reviewed = reviewed;
    read();
  });
  read();
  return element("div", { class: "stack" }, element("div", {}, which), place);
}

async function load(wanted, cursor, signal) {
  const found = await get("/audit/break-glass", { ...wanted, limit: 50, cursor }, { signal });
  return { ...found, patients: await patientsOf(found.data.map((use) => use.patient_id), { signal }) };
}

function list(found, wanted, read, signal) {
  if (!found.data.length) return empty(t(wanted.reviewed === "false" ? "audit.none_waiting" : "audit.none_reviewed"));
  const draw = ({ data, patients }) => data.map((use) => element("li", {}, opened(use, patients, read)));
  const uses = element("ul", { class: "stack" }, draw(found));
  const further = more(found.pagination.next_cursor, async (cursor) => {
    const next = await load(wanted, cursor, signal);
    uses.append(...draw(next));
    return next.pagination.next_cursor;
  });
  return [uses, further];
}

function opened(use, patients, read) {
  const whose = patients.has(use.patient_id) ? patientName(use.patient_id, patients) : element("code", { class: "audit-id" }, use.patient_id);
  const review = element("button", { type: "button", class: "primary no-print", onclick: async () => (await reviewUse(use)) && read() }, t("audit.review"));
  return card(t("audit.opened_by", { actor: use.actor }), [
    element("p", { class: "muted small" }, `${moment(use.opened_at)} (${ago(use.opened_at)}) · ${t("audit.open_until", { until: moment(use.expires_at) })}`),
    element("p", {}, t("audit.record"), " ", whose),
    element("blockquote", { class: "audit-reason" }, use.reason ?? t("audit.erased")),
    use.reviewed_at &&
      element("p", { class: "row" }, badge(word("review", use.outcome), MARKS[use.outcome]), element("span", { class: "muted small" }, moment(use.reviewed_at)), use.comment && element("span", {}, use.comment)),
  ], { actions: use.reviewed_at ? null : review });
}

function reviewUse(use) {
  return dialog(t("audit.review_title", { actor: use.actor }), (close) => {
    const outcome = selectField(t("audit.judgement"), Object.keys(MARKS).map((each) => [each, word("review", each)]), { value: "justified", pointer: "/outcome" });
    const comment = field(t("audit.comment"), element("textarea", { rows: 3, maxlength: 2000 }), { pointer: "/comment" });
    return [
      element("blockquote", { class: "audit-reason" }, use.reason ?? t("audit.erased")),
      element("p", { class: "muted small" }, t("audit.final")),
      form({ submit: t("audit.review"), cancel: () => close(false) }, async () => {
        await post(`/audit/break-glass/${use.id}/review`, { outcome: outcome.input.value, comment: comment.input.value.trim() || null });
        toast(t("audit.review_kept"));
        close(true);
      }, outcome, comment),
    ];
  });
}
