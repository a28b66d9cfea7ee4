// For auditors: what was done, restricted records that were opened, and whether the trail is whole.

import { element, fill } from "../../components/element.js";
import { tabs } from "../../components/tabs.js";
import { addressOf, remember } from "../../shell/router.js";
import { t } from "../../shell/texts.js";
import { chainView } from "./chain.js";
import { openedView } from "./opened.js";
import { trailView } from "./trail.js";

const VIEWS = { trail: trailView, opened: openedView, chain: chainView };

export async function open(view, { query, signal }) {
  const asked = { view: query.get("view") ?? "trail", patient: query.get("patient") };
  const keep = () => remember(addressOf("/audit", {}, { view: asked.view === "trail" ? null : asked.view, patient: asked.patient }));
  const draw = (name) => {
    asked.view = name;
    keep();
    return VIEWS[name](asked, keep, signal);
  };
  const parts = Object.keys(VIEWS).map((each) => [each, t(`audit.view_${each}`)]);
  const chosen = asked.view in VIEWS ? asked.view : "trail";
  fill(view, element("div", { class: "stack" }, element("h1", {}, t("audit.title")), tabs(t("audit.title"), parts, draw, { chosen })));
}
