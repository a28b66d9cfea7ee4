// Tries an expression on the patients there are: how many it matches, of whom something is not known, and some of them.

import { element, fill } from "../../components/element.js";
import { patientName, patientsOf } from "../../components/people.js";
import { failure, loading } from "../../components/states.js";
import { post } from "../../shell/api.js";
import { number, percent } from "../../shell/format.js";
import { t, word } from "../../shell/texts.js";

/** A button and what it finds; what is wrong with the expression stands at its field. */
export function trial(expression) {
  const place = element("div", { class: "stack", "aria-live": "polite" }, element("p", { class: "muted" }, t("rule.try_hint")));
  const button = element("button", { type: "button" }, t("rule.try"));
  button.addEventListener("click", async () => {
    button.disabled = true;
    fill(place, loading());
    try {
      const found = await post("/rules/try", { expression: expression.input.value });
      fill(place, result(found, await patientsOf(found.sample)));
    } catch (problem) {
      const wrong = problem.of?.("/expression");
      if (wrong) expression.fail(wrong);
      fill(place, wrong ? element("p", { class: "field-error" }, t("rule.try_wrong")) : failure(problem));
      if (!problem.code) throw problem;
    } finally {
      button.disabled = false;
    }
  });
  return element("div", { class: "stack" }, element("div", {}, button), place);
}

function result({ evaluated, matched, missing, errors, sample, complete }, patients) {
  const unknown = Object.entries(missing).map(([fact, count]) => element("li", {}, t("rule.unknown", { count, fact: word("known_fact", fact) })));
  const failed = Object.entries(errors).map(([why, count]) => element("li", {}, t("rule.fails", { count, why })));
  return [
    element("p", { class: "rule-matched" }, element("strong", { class: "numeric" }, t("rule.matched", { count: matched, of: number(evaluated) })), " ", evaluated > 0 && element("span", { class: "muted numeric" }, percent(matched / evaluated))),
    evaluated > 0 && element("progress", { value: matched, max: evaluated, "aria-label": t("rule.share") }),
    !complete && element("p", { class: "muted" }, t("rule.incomplete")),
    (unknown.length > 0 || failed.length > 0) && element("ul", { class: "small" }, unknown, failed),
    sample.length > 0 && element("div", {}, element("h3", {}, t("rule.sample")), element("ul", { class: "rule-sample" }, sample.map((id) => element("li", {}, patientName(id, patients))))),
  ].filter(Boolean);
}
