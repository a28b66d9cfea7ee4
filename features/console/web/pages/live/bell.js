// How much is new, in the bar above every page.

import { drawn, element, fill } from "../../components/element.js";
import { listen, live, onLive } from "../../shell/live.js";
import { addressOf } from "../../shell/router.js";
import { t } from "../../shell/texts.js";

const MOST_SHOWN = 99;

const SHAPE = "M8 1.5a4 4 0 0 0-4 4V9l-1.8 2.7h11.6L12 9V5.5a4 4 0 0 0-4-4Zm-1.8 11.4a1.8 1.8 0 0 0 3.6 0Z";
const sign = () => drawn("svg", { class: "live-sign", viewBox: "0 0 16 16", "aria-hidden": "true" }, drawn("path", { d: SHAPE }));

/** The link; it goes with the frame that it is drawn in. */
export function bell() {
  const count = element("span", { class: "live-count numeric", "aria-hidden": "true" });
  const link = element("a", { class: "live-bell", href: addressOf("/live") }, sign(), count);
  const gone = new AbortController();
  const draw = () => {
    if (link.isConnected === false && link.dataset.shown) return gone.abort();
    if (link.isConnected) link.dataset.shown = "yes";
    const { unread } = live();
    count.hidden = unread === 0;
    fill(count, unread > MOST_SHOWN ? `${MOST_SHOWN}+` : String(unread));
    link.setAttribute("aria-label", t("live.unread", { count: unread }));
  };
  onLive(draw, { signal: gone.signal });
  draw();
  listen();
  return link;
}
