export const entry = {
  name: "appointments",
  place: "main",
  path: "/appointments",
  label: "appointments.title",
  order: 50,
  scopes: ["appointments:read"],
  load: () => import("./page.js"),
};
