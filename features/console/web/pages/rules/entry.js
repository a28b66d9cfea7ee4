export const entry = {
  name: "rules",
  place: "main",
  path: "/rules",
  label: "rules.title",
  order: 70,
  scopes: ["rules:read"],
  load: () => import("./page.js"),
};
