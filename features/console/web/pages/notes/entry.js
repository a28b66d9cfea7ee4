export const entry = {
  name: "notes",
  place: "patient",
  within: "ward",
  path: "/patients/:id/notes",
  label: "notes.title",
  order: 20,
  scopes: ["patients:read", "notes:read"],
  load: () => import("./page.js"),
};
