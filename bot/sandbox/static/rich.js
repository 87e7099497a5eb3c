// Text messages (with <a href>) and WeCom's small markdown, as DOM nodes.

import { el, link } from "./dom.js";

const ANCHOR = /<a\s+href=["']([^"']*)["']\s*>([^<]*)<\/a>|(https?:\/\/[^\s<>"'，。；）]+)/gi;
const INLINE = /\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|<font color=["']?(info|comment|warning)["']?>(.*?)<\/font>/g;

export function plain(text) {
  return pieces(text, ANCHOR, (found) => (found[3] ? link(found[3], found[3]) : link(found[1], found[2])));
}

export function markdown(text) {
  const root = el("div", { class: "markdown" });
  for (const line of text.split("\n")) {
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (heading) root.append(el(`h${heading[1].length}`, {}, ...inline(heading[2])));
    else if (line.startsWith(">")) root.append(el("blockquote", {}, ...inline(line.slice(1).trim())));
    else root.append(el("div", { class: "line" }, ...(line ? inline(line) : ["\u00a0"])));
  }
  return root;
}

function inline(text) {
  return pieces(text, INLINE, (found) => {
    if (found[1]) return el("strong", {}, found[1]);
    if (found[2]) return el("code", {}, found[2]);
    if (found[3]) return link(found[4], found[3]);
    return el("span", { class: `font-${found[5]}` }, ...inline(found[6]));
  });
}

// What `pattern` finds in a text becomes what `make` gives; the rest stays text.
export function pieces(text, pattern, make) {
  const nodes = [];
  let last = 0;
  for (const found of text.matchAll(pattern)) {
    nodes.push(text.slice(last, found.index), make(found));
    last = found.index + found[0].length;
  }
  nodes.push(text.slice(last));
  return nodes.filter((node) => node !== "");
}
