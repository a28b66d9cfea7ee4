export const entry = {
  name: "rule",
  place: "none",
  within: "rules",
  path: "/rules/:id",
  label: "rule.title",
  order: 0,
  scopes: ["rules:read"],
  load: () => import("./page.js"),
};
