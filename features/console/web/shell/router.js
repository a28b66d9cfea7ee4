// Which page is open. Addresses stand behind the `#`, so the server and its logs never see them: `#/patients/<id>/notes`.

import { entries } from "../pages/all.js";
import { may } from "./session.js";

const SEGMENT = /:(\w+)/g;

/** The entries whose scopes the account has, in the order of the navigation; `place` is `main` or `patient`. */
export function entriesIn(place) {
  return entries.filter((entry) => entry.place === place && may(...entry.scopes)).sort((a, b) => a.order - b.order);
}

/** `#` address of a page: `addressOf("/patients/:id/notes", {id})`, with a query for what is not in the path. */
export function addressOf(path, parameters = {}, query = {}) {
  const filled = path.replace(SEGMENT, (_, name) => encodeURIComponent(parameters[name]));
  const chosen = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return `#${filled}${chosen.length ? `?${new URLSearchParams(chosen)}` : ""}`;
}

/** Where the browser is: `{entry, parameters, query}`; `entry` is null when there is no such page for this account. */
export function location() {
  const [path, query = ""] = (window.location.hash.slice(1) || "/").split("?");
  for (const entry of entries) {
    const found = matcher(entry.path).exec(path);
    if (found && may(...entry.scopes)) {
      const parameters = Object.fromEntries(Object.entries(found.groups ?? {}).map(([k, v]) => [k, decodeURIComponent(v)]));
      return { entry, parameters, query: new URLSearchParams(query) };
    }
  }
  return { entry: null, parameters: {}, query: new URLSearchParams(query), isFront: path === "/" };
}

const matcher = (path) => new RegExp(`^${path.replace(SEGMENT, "(?<$1>[^/]+)")}$`);

/** Go to an address made by `addressOf`. */
export function go(where, { replace = false } = {}) {
  if (replace) window.location.replace(where);
  else window.location.hash = where;
}

/** Write what a page shows into its address, without opening it anew. Nothing personal belongs there but ids. */
export function remember(where) {
  history.replaceState(null, "", where);
}
