// Whether the trail is whole: the chain of seals is computed again by the server.

import { badge, card, facts } from "../../components/card.js";
import { element } from "../../components/element.js";
import { field, form } from "../../components/form.js";
import { get } from "../../shell/api.js";
import { moment, number } from "../../shell/format.js";
import { t } from "../../shell/texts.js";

/** A form that has the chain verified, and what came out. */
export function chainView(asked, keep, signal) {
  const place = element("div", { "aria-live": "polite" });
  const anchor = field(t("audit.anchor"), element("input", { maxlength: 200, spellcheck: "false", autocomplete: "off" }), { pointer: "?anchor", hint: t("audit.anchor_hint") });
  const verify = async () => {
    const found = await get("/audit/verify", { anchor: anchor.input.value.trim() }, { signal });
    place.replaceChildren(result(found));
  };
  return element("div", { class: "stack audit-chain" }, card(t("audit.view_chain"), element("div", { class: "stack" }, element("p", { class: "muted" }, t("audit.chain_hint")), form({ submit: t("audit.verify") }, verify, anchor))), place);
}

function result({ valid, broken, seals, events, unsealed, head, sealed_until: until }) {
  const parts = [
    element("p", {}, badge(t(valid ? "audit.whole" : "audit.broken"), valid ? "good" : "alert"), broken && element("span", {}, ` ${broken.kind} ${broken.name}: ${broken.why}`)),
    facts([
      [t("audit.seals"), number(seals)],
      [t("audit.events"), number(events)],
      [t("audit.unsealed"), number(unsealed)],
      [t("audit.sealed_until"), moment(until)],
    ]),
    head && element("p", { class: "small" }, t("audit.head"), " ", element("code", { class: "audit-id" }, head)),
  ];
  return card(t("audit.result"), element("div", { class: "stack" }, parts));
}
