export const entry = {
  name: "inbox",
  place: "main",
  path: "/recommendations",
  label: "inbox.title",
  order: 20,
  scopes: ["recommendations:read"],
  load: () => import("./page.js"),
};
