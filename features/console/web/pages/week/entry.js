export const entry = {
  name: "week",
  place: "main",
  path: "/week",
  label: "week.title",
  order: 80,
  scopes: ["appointments:read", "tasks:read", "recommendations:read"],
  load: () => import("./page.js"),
};
