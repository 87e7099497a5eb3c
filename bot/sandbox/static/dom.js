// Building elements. Text always goes in as text: nothing that people write is ever read as HTML.

export function el(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === "class") node.className = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null && child !== ""));
  return node;
}

// A link that opens a web page; anything that is no web address stays plain text.
export function link(url, label, options = {}) {
  if (!/^https?:\/\//i.test(url || "")) return el("span", options, label);
  return el("a", { ...options, href: url, target: "_blank", rel: "noopener noreferrer" }, label);
}

const COLOURS = ["#3a7bd5", "#2f9e8f", "#d9822b", "#7a5cc2", "#c2557a", "#4c8c4a", "#5b6f9b", "#b3653c"];

// A person's picture: the last two characters of the name on a colour that stays the same.
export function avatar(person, size = "") {
  const sum = [...person.userid].reduce((all, char) => Math.imul(all ^ char.codePointAt(0), 16777619), 2166136261);
  const node = el("div", { class: `avatar ${size}` }, person.name.split("·").pop().slice(-2));
  node.style.background = COLOURS[(sum >>> 8) % COLOURS.length];
  return node;
}

// A group's picture: nine small squares, as a group of people has.
export function groupAvatar(group) {
  const parts = Array.from({ length: Math.min(9, group.members) }, (_, number) => {
    const part = el("i", {});
    part.style.background = COLOURS[(number * 3 + group.members) % COLOURS.length];
    return part;
  });
  return el("div", { class: "avatar group" }, ...parts);
}

export function botAvatar() {
  return el("img", { class: "avatar", src: "/sandbox/static/icon.svg", alt: "驼铃" });
}

// Asks the sandbox. What goes wrong is an error with one line for people.
export async function ask(path, body) {
  const options = body === undefined ? {} : body instanceof FormData
    ? { method: "POST", body }
    : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let response;
  try {
    response = await fetch(`/sandbox/api/${path}`, options);
  } catch {
    throw new Error("连不上沙盒");
  }
  const answer = await response.json().catch(() => ({}));
  if (response.status === 413) throw new Error("文件太大，最多 24 MB");
  if (response.status === 503) throw new Error("钉钉这会儿没有开着");
  if (response.status >= 500 || (!response.ok && !answer.error)) throw new Error("沙盒这会儿没有应答");
  if (!response.ok) throw new Error(answer.error);
  return answer;
}
