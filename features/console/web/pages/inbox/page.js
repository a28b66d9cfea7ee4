// Recommendations that wait for an answer, each with its rule in words and the facts it rests on; and those answered.

import { badge } from "../../components/card.js";
import { element, fill } from "../../components/element.js";
import { patientName } from "../../components/people.js";
import { inPlace, renewing } from "../../components/renewing.js";
import { empty, into } from "../../components/states.js";
import { more } from "../../components/table.js";
import { segmented } from "../../components/tabs.js";
import { get } from "../../shell/api.js";
import { ago, moment } from "../../shell/format.js";
import { addressOf, remember } from "../../shell/router.js";
import { may } from "../../shell/session.js";
import { t, word } from "../../shell/texts.js";
import { answerRecommendation } from "./answering.js";
import { factsInWords } from "./facts.js";

const SHOWN = 50;
const MOST = 200;
const STATUSES = ["active", "accepted", "declined", "superseded"];
const MARKS = { accepted: "good", declined: "warn", superseded: null };

export async function open(view, { query, signal }) {
  const asked = { status: STATUSES.find((each) => each === query.get("status")) ?? "active", patient_id: query.get("patient"), limit: SHOWN };
  const place = element("div", {});
  const read = (quietly = false) => into(place, () => load(asked, null, signal), (found) => list(found, asked, again, signal), { signal, quietly });
  const again = () => {
    const shown = place.querySelectorAll(".inbox-entry").length;
    asked.limit = Math.min(Math.max(SHOWN, shown), MOST); // of those read on, none goes out of sight
    return inPlace(place, () => read(true));
  };
  const statuses = segmented(t("inbox.status"), STATUSES.map((each) => [each, word("recommendation_status", each)]), asked.status, (status) => {
    asked.status = status;
    remember(addressOf("/recommendations", {}, { status: status === "active" ? null : status, patient: asked.patient_id }));
    read();
  });
  const all = asked.patient_id && element("a", { class: "button", href: addressOf("/recommendations") }, t("inbox.all_patients"));
  fill(view, element("div", { class: "stack" }, element("div", { class: "row apart" }, element("h1", {}, t("inbox.title")), element("div", { class: "row" }, all, statuses)), place));
  renewing(["rounds.recommendation."], again, { signal });
  await read();
}

function load(asked, cursor, signal) {
  const parts = [may("patients:read") && "patient", may("rules:read") && "rule", "answerer"];
  return get("/recommendations", { ...asked, cursor, expand: parts.filter(Boolean).join(",") }, { signal });
}

function list(found, asked, read, signal) {
  if (!found.data.length) return empty(t(asked.status === "active" ? "inbox.none_waiting" : "inbox.none"), asked.status === "active" ? t("inbox.none_waiting_detail") : null);
  const entries = element("ul", { class: "inbox-list" }, found.data.map((each) => element("li", {}, entry(each, read))));
  const further = more(found.pagination.next_cursor, async (cursor) => {
    const next = await load(asked, cursor, signal);
    entries.append(...next.data.map((each) => element("li", {}, entry(each, read))));
    return next.pagination.next_cursor;
  });
  return [entries, further];
}

function entry(recommendation, read) {
  const { patient, rule, status, trace } = recommendation;
  const answer = (as) => async () => (await answerRecommendation(recommendation, as)) && read();
  return element(
    "article",
    { class: "card inbox-entry" },
    element(
      "header",
      { class: "row apart" },
      element("h2", {}, recommendation.recommendation),
      element("span", { class: "row" }, status !== "active" && badge(word("recommendation_status", status), MARKS[status]), element("span", { class: "muted small", title: moment(recommendation.created_at) }, ago(recommendation.created_at))),
    ),
    element("p", {}, whose(recommendation, patient)),
    element("p", {}, reasonInWords(rule)),
    factsInWords(trace.facts),
    element("details", { class: "small", "data-key": `rule-${recommendation.id}` }, element("summary", {}, t("inbox.rule")), element("p", {}, t("inbox.rule_version", { rule: rule?.code ?? rule ?? t("inbox.by_hand"), version: recommendation.rule_version ?? "–" })), trace.expression && element("code", { class: "inbox-expression" }, trace.expression)),
    answered(recommendation),
    status === "active" &&
      may("recommendations:write") &&
      element(
        "div",
        { class: "form-actions no-print" },
        element("button", { type: "button", class: "primary", "data-key": `accept-${recommendation.id}`, onclick: answer("accepted") }, t("inbox.accept")),
        element("button", { type: "button", "data-key": `decline-${recommendation.id}`, onclick: answer("declined") }, t("inbox.decline")),
      ),
  );
}

function whose({ patient_id: id, external_id: external }, patient) {
  if (id) return patientName(id, new Map(patient ? [[id, patient]] : []));
  return element("span", { class: "muted" }, external === null ? t("inbox.nobody_stored") : t("inbox.external", { id: external }));
}

/** The rule as people have described it. */
function reasonInWords(rule) {
  if (!rule) return t("inbox.by_hand");
  return rule.description ?? t("inbox.rule_named", { rule: rule.code ?? rule });
}

function answered({ status, reason, answered_at: at, answerer }) {
  if (!at) return null;
  const by = answerer?.full_name ?? t("inbox.somebody");
  return element("p", { class: "inbox-answer" }, element("strong", {}, t(status === "accepted" ? "inbox.accepted_by" : "inbox.declined_by", { by, when: moment(at) })), reason && element("span", { class: "line" }, reason));
}
