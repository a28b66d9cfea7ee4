// The chart, line by line: what it is, since when, and the words of the notes that say so.

import { badge, card } from "../../components/card.js";
import { element } from "../../components/element.js";
import { citationButton } from "../../components/note_dialog.js";
import { number, partialDay } from "../../shell/format.js";
import { addressOf } from "../../shell/router.js";
import { measured, t, word } from "../../shell/texts.js";

const PROBLEM_KINDS = { active: "info", possible: "warn" };
const MEDICATION_KINDS = { current: "good", planned: "info", unclear: "warn", on_hold: "warn" };
const PROBLEM_ORDER = ["active", "possible", "historical", "resolved", "ruled_out"];
const MEDICATION_ORDER = ["current", "planned", "on_hold", "unclear", "completed", "stopped"];

const PROBLEMS_OVER = ["resolved", "ruled_out"];
const MEDICATIONS_OVER = ["completed", "stopped"];

const byStatus = (order) => (a, b) => order.indexOf(a.status) - order.indexOf(b.status);

/** A line: what it is and its marks, something more about it, where it comes from, and its history folded away. */
function line(id, title, { marks = [], more = null, of }) {
  return element(
    "li",
    { class: "chart-line" },
    element("div", { class: "row tight" }, element("span", { class: "chart-name", dir: "auto" }, title), marks),
    element(
      "div",
      { class: "row tight small" },
      more && element("span", {}, more),
      of.citations.slice(0, 3).map((each) => citationButton(id, each)),
    ),
    of.history?.length > 1 && history(id, of.history),
  );
}

/** Lines of what is over, folded away under how many they are. */
function folded(title, drawn) {
  if (!drawn.length) return null;
  return element("details", { class: "chart-over" }, element("summary", {}, title), element("ul", { class: "chart-lines" }, drawn));
}

function history(id, told) {
  return element(
    "details",
    { class: "chart-history small" },
    element("summary", {}, t("chart.history", { count: told.length })),
    element("ul", {}, told.map((each) => element("li", {}, citationButton(id, each), " ", element("q", { dir: "auto" }, each.quote)))),
  );
}

function lines(title, drawn, { class: name = null, over = null } = {}) {
  return card(title, [element("ul", { class: "chart-lines" }, drawn), over], { class: name });
}

const joined = (...parts) => parts.filter(Boolean).join(" · ");

const since = (value) => value && t("chart.since", { day: partialDay(value) });

/** Conditions, those of now first. */
export function problems(id, chart) {
  const sorted = [...chart.problems].sort(byStatus(PROBLEM_ORDER));
  if (!sorted.length) return null;
  const drawn = (each) =>
      line(id, each.name, {
        marks: badge(word("problem", each.status), PROBLEM_KINDS[each.status]),
        more: joined(each.detail && !each.name.includes(each.detail) ? each.detail : null, since(each.since), t("chart.last_noted", { day: partialDay(each.last_noted) })),
        of: each,
      });
  return split(t("chart.problems"), sorted, PROBLEMS_OVER, "chart.problems_over", drawn);
}

/** Lines of what is now, and under them, folded, of what is over. */
function split(title, all, over, overTitle, drawn) {
  const past = all.filter((each) => over.includes(each.status));
  return lines(title, all.filter((each) => !past.includes(each)).map(drawn), {
    over: folded(t(overTitle, { count: past.length }), past.map(drawn)),
  });
}

/** Drugs, those that are taken first. */
export function medications(id, chart) {
  const sorted = [...chart.medications].sort(byStatus(MEDICATION_ORDER));
  if (!sorted.length) return null;
  const drawn = (each) =>
      line(id, [each.name, " ", element("span", { class: "chart-dose" }, dosing(each))], {
        marks: badge(word("medication", each.status), MEDICATION_KINDS[each.status]),
        more: joined(each.ingredient !== each.name ? each.ingredient : null, each.reason, since(each.since), each.until && t("chart.until", { day: partialDay(each.until) }), each.why),
        of: each,
      });
  return split(t("chart.medications"), sorted, MEDICATIONS_OVER, "chart.medications_over", drawn);
}

function dosing({ dose, route, frequency, regimen }) {
  const steps = regimen.map((step) => [step.dose, step.frequency, step.duration].filter(Boolean).join(" "));
  return [dose, route, frequency, ...steps].filter(Boolean).join(", ");
}

/** Allergies and warnings; above everything else, and never taken for none where nothing is recorded. */
export function allergies(id, chart) {
  const drawn = [
    ...chart.allergies.map((each) =>
      line(id, each.substance, { marks: badge(word("allergy", each.status), each.status === "present" ? "alert" : null), more: each.reaction, of: each }),
    ),
    ...chart.avoid.map((each) => line(id, each.substance, { marks: badge(t("chart.avoid"), "warn"), more: each.reason, of: each })),
  ];
  if (!drawn.length) return card(t("chart.allergies"), element("p", { class: "muted" }, t("chart.allergies_unknown")));
  return lines(t("chart.allergies"), drawn, { class: "chart-beware" });
}

/** What notes contradict each other about, side by side. */
export function conflicts(id, chart) {
  if (!chart.conflicts.length) return null;
  return card(
    t("chart.conflicts"),
    chart.conflicts.map((conflict) => [
      element("h3", {}, conflict.about),
      element(
        "div",
        { class: "chart-sides" },
        conflict.between.map((side) =>
          element("div", { class: "chart-side" }, element("strong", {}, side.said), element("q", { class: "line small", dir: "auto" }, side.quote), citationButton(id, side)),
        ),
      ),
    ]),
    { class: "chart-conflicts" },
  );
}

/** What is still ahead. */
export function steps(id, chart) {
  if (!chart.next_steps.length) return null;
  return lines(
    t("chart.next_steps"),
    chart.next_steps.map((each) =>
      line(id, each.text, {
        marks: each.due && badge(partialDay(each.due), "info"),
        more: joined(word("step", each.kind), each.condition && t("chart.once", { condition: each.condition })),
        of: each,
      }),
    ),
    { class: "no-print" },
  );
}

/** What was done, or is going to be. */
export function procedures(id, chart) {
  if (!chart.procedures.length) return null;
  return lines(
    t("chart.procedures"),
    chart.procedures.map((each) => line(id, each.text, { marks: badge(word("procedure", each.status), each.status === "planned" ? "info" : null), more: partialDay(each.on), of: each })),
  );
}

/** What relatives have. */
export function family(id, chart) {
  if (!chart.family_history.length) return null;
  return lines(
    t("chart.family"),
    chart.family_history.map((each) => line(id, each.condition, { more: each.relative, of: each })),
  );
}

/** The latest value of everything that was measured. */
export function measurements(id, chart) {
  if (!chart.measurements.length) return null;
  const plots = element("a", { href: addressOf("/patients/:id/plots", { id }) }, t("chart.plots"));
  return card(
    t("chart.measurements"),
    element(
      "ul",
      { class: "chart-values" },
      chart.measurements.map((each) =>
        element(
          "li",
          {},
          element("span", {}, measured(each.name)),
          element("span", { class: "numeric" }, number(each.value), " ", each.unit, " ", ["high", "low"].includes(each.flag) && badge(word("flag", each.flag), "warn")),
          citationButton(id, { ...each.citations[0], taken_at: each.at }),
        ),
      ),
    ),
    { class: "no-print", actions: plots },
  );
}
