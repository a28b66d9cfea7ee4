export const entry = {
  name: "chart",
  place: "patient",
  within: "ward",
  path: "/patients/:id/chart",
  label: "chart.title",
  order: 10,
  scopes: ["patients:read", "notes:read"],
  load: () => import("./page.js"),
};
