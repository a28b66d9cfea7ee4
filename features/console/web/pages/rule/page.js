// One rule: changed, tried on the patients there are before it counts, and every version it had.

import { badge, card } from "../../components/card.js";
import { confirm } from "../../components/dialog.js";
import { element, fill } from "../../components/element.js";
import { empty, into } from "../../components/states.js";
import { attempt, toast } from "../../components/toast.js";
import { get, remove } from "../../shell/api.js";
import { moment, number } from "../../shell/format.js";
import { addressOf, go } from "../../shell/router.js";
import { may } from "../../shell/session.js";
import { t } from "../../shell/texts.js";
import { editor } from "./editor.js";

const BLANK = { id: null, code: "", recommendation: "", description: "", expression: "", active: true };

export async function open(view, { parameters, signal }) {
  const isNew = parameters.id === "new";
  const rule = isNew ? BLANK : await get(`/rules/${parameters.id}`, {}, { signal });
  const again = () => open(view, { parameters, signal });
  fill(
    view,
    element(
      "div",
      { class: "stack" },
      element("div", { class: "row apart" }, heading(rule), !isNew && may("rules:write") && removal(rule)),
      may("rules:write") ? editor(rule, again) : reading(rule),
      !isNew && card(t("rule.versions"), versions(rule, signal)),
    ),
  );
}

function heading({ id, recommendation, active }) {
  return element(
    "div",
    {},
    element("a", { class: "small", href: addressOf("/rules") }, t("rule.all")),
    element("h1", {}, id ? recommendation : t("rule.new"), " ", id && !active && badge(t("rule.suspended"))),
  );
}

function removal(rule) {
  const ask = async () => {
    const sure = await confirm(t("rule.delete_title"), t("rule.delete_text"), { action: t("rule.delete"), danger: true });
    if (!sure) return;
    const done = await attempt(() => remove(`/rules/${rule.id}`, { version: rule.version }));
    if (!done) return;
    toast(t("rule.deleted"));
    go(addressOf("/rules"));
  };
  return element("button", { type: "button", onclick: ask }, t("rule.delete"));
}

function reading({ description, expression, code }) {
  return card(code, [description && element("p", {}, description), element("pre", { class: "rule-expression" }, expression)]);
}

function versions(rule, signal) {
  const place = element("div", {});
  into(place, () => get(`/rules/${rule.id}/versions`, { limit: 20 }, { signal }), ({ data }) => (data.length ? element("ol", { class: "steps" }, data.map(version)) : empty(t("rule.no_versions"))), { signal });
  return place;
}

function version(each) {
  return element(
    "li",
    {},
    element("span", { class: "line row" }, element("strong", {}, t("rule.version", { version: number(each.version) })), each.recommendation, !each.active && badge(t("rule.suspended"))),
    element("code", { class: "line rule-code" }, each.expression),
    element("span", { class: "line muted small" }, moment(each.at)),
  );
}
