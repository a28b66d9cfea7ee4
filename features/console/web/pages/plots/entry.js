export const entry = {
  name: "plots",
  place: "patient",
  within: "ward",
  path: "/patients/:id/plots",
  label: "plots.title",
  order: 30,
  scopes: ["patients:read", "notes:read"],
  load: () => import("./page.js"),
};
