export const entry = {
  name: "note",
  place: "none",
  within: "ward",
  path: "/patients/:id/notes/:note",
  label: "note.title",
  order: 0,
  scopes: ["patients:read", "notes:read"],
  load: () => import("./page.js"),
};
