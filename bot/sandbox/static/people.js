// The list of people, by department, with search and unread counts.

import { avatar, el } from "./dom.js";

export class People {
  constructor(root, search, choose) {
    this.root = root;
    this.choose = choose;
    this.people = [];
    this.unread = {};
    this.current = "";
    this.words = "";
    search.addEventListener("input", () => {
      this.words = search.value.trim().toLowerCase();
      this.draw();
    });
  }

  set(people, unread, current) {
    Object.assign(this, { people, unread, current });
    this.draw();
    this.root.querySelector(".on")?.scrollIntoView({ block: "nearest" });
  }

  setUnread(unread) {
    const total = Object.values(unread).reduce((all, count) => all + count, 0);
    document.title = total ? `(${total}) 驼铃 沙盒` : "驼铃 沙盒";
    if (JSON.stringify(unread) === JSON.stringify(this.unread)) return;
    this.unread = unread;
    this.draw();
  }

  draw() {
    const groups = new Map();
    for (const person of this.people) {
      const text = `${person.name} ${person.userid} ${person.department} ${person.title}`.toLowerCase();
      if (!text.includes(this.words)) continue;
      if (!groups.has(person.department)) groups.set(person.department, []);
      groups.get(person.department).push(person);
    }
    const nodes = [];
    for (const [department, members] of groups) {
      nodes.push(el("h2", {}, department || "其他"), ...members.map((person) => this.row(person)));
    }
    if (!nodes.length) nodes.push(el("p", { class: "empty" }, "没有这样的同事，换个词试试"));
    this.root.replaceChildren(...nodes);
  }

  row(person) {
    const count = this.unread[person.userid] || 0;
    return el("button", {
      type: "button",
      class: `person${person.userid === this.current ? " on" : ""}`,
      data: { userid: person.userid },
      onclick: () => this.choose(person.userid),
    },
    avatar(person),
    el("span", { class: "person-text" }, el("b", {}, person.name), el("small", {}, person.title)),
    count ? el("span", { class: "badge" }, count > 99 ? "99+" : String(count)) : null);
  }
}
