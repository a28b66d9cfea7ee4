export const entry = {
  name: "audit",
  place: "main",
  path: "/audit",
  label: "audit.title",
  order: 90,
  scopes: ["audit:read"],
  load: () => import("./page.js"),
};
