// The file a note came as, shown beside its text. It is fetched with the token, and shown from memory.

import { card } from "../../components/card.js";
import { element } from "../../components/element.js";
import { into } from "../../components/states.js";
import { getFile } from "../../shell/api.js";
import { t } from "../../shell/texts.js";

const IMAGES = ["image/png", "image/jpeg"];

/** The scan or PDF as a card, where nobody knows how many pages it has; null for what browsers do not show. `closers` gets what has to be given back. */
export function fileView(where, file, { signal, closers }) {
  const isImage = IMAGES.includes(file.media_type);
  if (!isImage && file.media_type !== "application/pdf") return null;
  const place = element("div", { class: "note-file" });
  into(
    place,
    () => getFile(`${where}/file`, { signal }),
    (blob) => {
      const address = URL.createObjectURL(blob);
      closers.push(() => URL.revokeObjectURL(address));
      return isImage
        ? element("img", { src: address, alt: t("note.file_alt", { name: file.filename }) })
        : element("iframe", { src: `${address}#navpanes=0&view=FitH`, title: t("note.file_alt", { name: file.filename }) });
    },
    { signal },
  );
  return card(t("note.file"), place, { class: "no-print" });
}

/** Save the file under its own name. */
export async function download(where, file) {
  const address = URL.createObjectURL(await getFile(`${where}/file`));
  element("a", { href: address, download: file.filename }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
