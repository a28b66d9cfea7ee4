// The form of a rule, with the facts it may ask about, and a trial of what is typed.

import { card } from "../../components/card.js";
import { element, fill } from "../../components/element.js";
import { field, form } from "../../components/form.js";
import { toast } from "../../components/toast.js";
import { post, put } from "../../shell/api.js";
import { addressOf, go } from "../../shell/router.js";
import { t } from "../../shell/texts.js";
import { trial } from "./trial.js";

const FACTS = ["age", "sex", "bmi", "conditions", "chronic_pain", "procedures", "rehab_departments", "recent_surgery_days", "observations"];
// What is put into the expression where the fact alone says nothing yet.
const EXAMPLES = {
  age: "age > 65",
  sex: 'sex == "female"',
  bmi: "bmi > 30",
  conditions: '"diabetes" in conditions',
  procedures: "procedures.exists(p, p.surgical && p.days_ago <= 90)",
  observations: "observations.heart_rate > 100",
};

/** The editor; `again` draws the page anew once the rule is saved. */
export function editor(rule, again) {
  const recommendation = field(t("rule.recommendation"), element("input", { required: true, maxlength: 200, value: rule.recommendation }), { pointer: "/recommendation" });
  const code = field(t("rule.code"), element("input", { required: true, maxlength: 60, value: rule.code, spellcheck: "false", autocapitalize: "none" }), { pointer: "/code", hint: t("rule.code_hint") });
  const description = field(t("rule.description"), element("textarea", { rows: 2, value: rule.description ?? "" }), { pointer: "/description", hint: t("rule.description_hint") });
  const area = element("textarea", { class: "rule-expression", rows: 6, required: true, value: rule.expression, spellcheck: "false", autocapitalize: "none" });
  const expression = field(t("rule.expression"), area, { pointer: "/expression", hint: t("rule.expression_hint") });
  const active = element("input", { type: "checkbox", checked: rule.active });
  const values = () => ({
    recommendation: recommendation.input.value,
    code: code.input.value,
    description: description.input.value.trim() || null,
    expression: area.value,
    active: active.checked,
  });
  const save = async () => {
    const saved = rule.id ? await put(`/rules/${rule.id}`, values(), { version: rule.version }) : await post("/rules", values());
    toast(t("rule.saved"));
    if (rule.id) await again();
    else go(addressOf("/rules/:id", { id: saved.id }));
  };
  const parts = [recommendation, code, description, expression, facts(area), element("label", { class: "row" }, active, t("rule.active"))];
  return element(
    "div",
    { class: "rule-editor" },
    card(t("rule.definition"), form({ submit: t("rule.save") }, save, ...parts)),
    card(t("rule.try_title"), trial(expression)),
  );
}

function facts(area) {
  const put = (text) => {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input"));
    area.focus();
  };
  const list = element("ul", { class: "rule-facts" });
  fill(
    list,
    FACTS.map((name) =>
      element(
        "li",
        {},
        element("button", { type: "button", class: "small rule-code", "aria-label": t("rule.insert", { fact: name }), onclick: () => put(EXAMPLES[name] ?? name) }, name),
        element("span", { class: "small muted" }, t(`rule.fact_${name}`)),
      ),
    ),
  );
  return element("details", { class: "small" }, element("summary", {}, t("rule.facts")), list);
}
