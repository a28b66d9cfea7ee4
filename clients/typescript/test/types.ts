// What must compile, and what must not: this is compiled under `tsc --strict` and never run.
import { createRounds, type Schemas } from "rounds-client";

const { api } = createRounds({ baseUrl: "" });

const { error } = await api.GET("/patients");
export const code: string | undefined = error?.code;

const path = { patient_id: "", note_id: "" };
const file = await api.GET("/patients/{patient_id}/notes/{note_id}/file", { params: { path }, parseAs: "blob" });
export const bytes: Blob | undefined = file.data;

const { data: summary } = await api.GET("/patients/{patient_id}/summary", { params: { path } });
export const quote: string | undefined = summary?.sections[0]?.statements[0]?.citations[0]?.quote;

export const status: Schemas["TaskStatus"] = "ON_HOLD";
// @ts-expect-error there is no such status
export const noStatus: Schemas["TaskStatus"] = "DONE";

// @ts-expect-error there is no such path
await api.GET("/nowhere");
// @ts-expect-error a date of birth is needed
await api.POST("/patients", { body: { name: "" } });
// @ts-expect-error lists cannot be sorted by that
await api.GET("/patients", { params: { query: { sort: ["phone"] } } });
// @ts-expect-error whose note
await api.POST("/patients/{patient_id}/notes", { body: { content: "" } });
