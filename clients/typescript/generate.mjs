// Makes the generated half of the client from an OpenAPI document: `node generate.mjs OPENAPI.json`. The types are
// openapi-typescript's; `calls.ts` is what the types cannot tell while the program runs.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const target = new URL("src/generated/", import.meta.url);
const document = JSON.parse(await readFile(process.argv[2], "utf8"));
const keyed = [];
const joined = new Set();
for (const [path, item] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(item)) {
    for (const parameter of operation.parameters ?? []) {
      if (parameter.name.toLowerCase() === "idempotency-key") keyed.push(`${method.toUpperCase()} ${path}`);
      if (parameter.in === "query" && parameter.explode === false && parameter.schema.type === "array") {
        joined.add(parameter.name);
      }
    }
  }
}
const list = (values) => `[\n${[...values].sort().map((value) => `  ${JSON.stringify(value)},\n`).join("")}]`;

await mkdir(target, { recursive: true });
await writeFile(
  new URL("schema.ts", target),
  // A field with a default may be left out of what is sent.
  `// Generated: change the API instead.\n${astToString(await openapiTS(document, { defaultNonNullable: false }))}`,
);
await writeFile(
  new URL("calls.ts", target),
  `// Generated: change the API instead.
/** Calls that may be sent again with the same Idempotency-Key. */
export const KEYED: ReadonlySet<string> = new Set(${list(keyed)});
/** Parameters whose values stand in one, separated by commas. */
export const JOINED: ReadonlySet<string> = new Set(${list(joined)});
`,
);
