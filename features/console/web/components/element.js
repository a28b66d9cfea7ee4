// Makes elements of the page. Texts become text nodes, never markup: the page's policy forbids anything else.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An HTML element.
 *
 * Attributes beginning with `on` are listeners (`onclick`), `class` may be a list, `true` sets an attribute without a
 * value, `null`, `undefined` and `false` leave it out. Children may be nested lists; what is null is left out.
 */
export function element(name, attributes = {}, ...children) {
  return furnished(document.createElement(name), attributes, children);
}

/** An element of a drawing. */
export function drawn(name, attributes = {}, ...children) {
  return furnished(document.createElementNS(SVG, name), attributes, children);
}

function furnished(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.setAttribute("class", [value].flat().filter(Boolean).join(" "));
    else if (name === "value" || name === "checked" || name === "disabled" || name === "hidden") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Put `children` into `parent` instead of what is there. */
export function fill(parent, ...children) {
  parent.replaceChildren(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return parent;
}

let used = 0;

/** An id that no other element of the page has. */
export function freshId(name = "e") {
  used += 1;
  return `${name}-${used}`;
}
