export const entry = {
  name: "ward",
  place: "main",
  path: "/ward",
  label: "ward.title",
  order: 10,
  scopes: ["patients:read"],
  load: () => import("./page.js"),
};
