import { bell } from "./bell.js";

export const entry = {
  name: "live",
  place: "main",
  path: "/live",
  label: "live.title",
  order: 60,
  scopes: ["events:read"],
  inBar: bell,
  load: () => import("./page.js"),
};
