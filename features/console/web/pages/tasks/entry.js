export const entry = {
  name: "tasks",
  place: "main",
  path: "/tasks",
  label: "tasks.title",
  order: 40,
  scopes: ["tasks:read"],
  load: () => import("./page.js"),
};
