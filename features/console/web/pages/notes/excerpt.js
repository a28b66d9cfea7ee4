// What a list shows of a note: where it matches what was looked for, or how it begins.

import { element } from "../../components/element.js";

const SHOWN = 260;
const ENTITIES = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&#39;": "'", "&amp;": "&" };

/** The snippet of a note that was found, as nodes; or the beginning of its text. */
export function excerpt(note) {
  if (note.snippet) return marked(note.snippet);
  const text = note.content.trim();
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** The API's snippet, in which only `<mark>` is markup, taken apart: nothing of a note ever becomes markup here. */
export function marked(snippet) {
  return snippet.split(/(<mark>.*?<\/mark>)/s).map((part) => {
    const inside = /^<mark>(.*)<\/mark>$/s.exec(part);
    return inside ? element("mark", {}, plain(inside[1])) : plain(part);
  });
}

const plain = (escaped) => escaped.replace(/&(?:lt|gt|quot|#x27|#39|amp);/g, (entity) => ENTITIES[entity]);
