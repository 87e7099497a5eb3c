// What DingTalk shows: cards of the shared template, its small markdown, voices, and messages of words and pictures.

import { el, link } from "./dom.js";
import { pieces } from "./rich.js";

const ADDRESS = /(https?:\/\/[^\s<>"'()，。；）]+)/gi;
const INLINE = /\*\*(.+?)\*\*|\*([^*\s][^*]*)\*|!\[([^\]]*)\]\(([^)\s]+)\)|\[([^\]]+)\]\(([^)\s]+)\)|<a atId=["']?[^>"']*["']?>([^<]*)<\/a>/g;
const DONE = /^【(.+)】$/;
const ROW_LETTERS = 12; // labels that are together no longer stand side by side

// `tap(key)` sends a tap.
export function drawDingCard(card, tap) {
  if (card.blank) return el("article", { class: "dcard" }, el("p", { class: "dcard-blank" }, "这张卡片在钉钉上是空白的"));
  const lines = card.body.split(/\n\n/);
  const done = card.buttons.length ? null : DONE.exec(lines[lines.length - 1].trim());
  const body = (done ? lines.slice(0, -1) : lines).join("\n\n");
  return el("article", { class: `dcard${done ? " over" : ""}` },
    card.title ? el("h3", {}, card.title) : null,
    body.trim() ? el("div", { class: "dcard-body" }, dingMarkdown(body)) : null,
    card.buttons.length ? buttons(card.buttons, tap) : null,
    done ? el("div", { class: "dcard-done" }, done[1]) : null);
}

function buttons(list, tap) {
  const letters = list.reduce((all, button) => all + button.text.length, 0);
  const row = list.length <= 3 && letters <= ROW_LETTERS;
  const one = (button) => {
    const style = `button tint-${["blue", "red", "gray"].includes(button.color) ? button.color : "gray"}`;
    if (!button.key) return link(button.url, button.text, { class: style });
    return el("button", { type: "button", class: style, data: { key: button.key }, onclick: () => tap(button.key) },
      el("span", {}, button.text));
  };
  // One blue button is what one came for; a column of them is a list.
  const many = list.filter((button) => button.color === "blue").length > 1 && !row;
  return el("div", { class: `dcard-buttons${row ? " row-of" : ""}${many ? " many" : ""}` }, ...list.map(one));
}

export function dingText(text) {
  return pieces(text, ADDRESS, (found) => link(found[1], found[1]));
}

// A voice as DingTalk shows it: how long, and what it understood.
export function voice(text) {
  return el("div", { class: "bubble voice" }, el("span", { class: "voice-bar" }, el("i", {}), el("i", {}), el("i", {})),
    text ? el("p", {}, text) : null);
}

// Words and pictures of one message, in their order.
export function mixture(parts, picture) {
  return el("div", { class: "bubble mixture" }, ...parts.map((part) => part.media ? picture(part.media) : el("p", {}, ...dingText(part.text))));
}

// Lines of a paragraph run together, but where one ends with two blanks.
export function dingMarkdown(text) {
  const root = el("div", { class: "markdown" });
  let open = null;
  const add = (kind, make, line) => {
    if (open?.kind !== kind) {
      open = { kind, node: make() };
      root.append(open.node);
    } else if (kind === "p" || kind === "quote") open.node.append(open.broken ? el("br") : " ");
    open.broken = / {2}$/.test(line);
    return open.node;
  };
  for (const line of text.split("\n")) {
    const [, marks, heading] = /^(#{1,6})\s+(.*)$/.exec(line) || [];
    const [, number, item] = /^\s*(?:(\d{1,9})\.|[-*])\s+(.*)$/.exec(line) || [];
    if (!line.trim()) open = null;
    else if (marks) {
      open = null;
      root.append(el(`h${marks.length}`, {}, ...inline(heading)));
    } else if (/^(-{3,}|\*{3,})\s*$/.test(line)) {
      open = null;
      root.append(el("hr"));
    } else if (number !== undefined) add("ol", () => el("ol", { start: number }), line).append(el("li", {}, ...inline(item)));
    else if (item !== undefined) add("ul", () => el("ul"), line).append(el("li", {}, ...inline(item)));
    else if (line.startsWith(">")) add("quote", () => el("blockquote"), line).append(...inline(line.slice(1).trim()));
    else add("p", () => el("p"), line).append(...inline(line.trim()));
  }
  return root;
}

function inline(text) {
  return pieces(text, INLINE, (found) => {
    if (found[1]) return el("strong", {}, ...inline(found[1]));
    if (found[2]) return el("em", {}, ...inline(found[2]));
    if (found[4]) return image(found[4], found[3]);
    if (found[6]) return link(found[6], found[5]);
    return el("span", { class: "at" }, `@${(found[7] || "").replace(/^@/, "")}`);
  });
}

// What was uploaded is shown; an address outside is a link: this page fetches nothing from elsewhere.
function image(address, words) {
  if (!/^@[\w-]+$/.test(address)) return link(address, words || "图片");
  return el("img", { class: "picture", src: `/sandbox/dingtalk/media/${address}`, alt: words || "图片" });
}
