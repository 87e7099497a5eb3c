// The list of chats: the groups of who one is, and the people by department, with search and unread counts.

import { avatar, el, groupAvatar } from "./dom.js";

export class People {
  constructor(root, search, choose, enter) {
    this.root = root;
    this.choose = choose;
    this.enter = enter;
    this.groups = [];
    this.group = "";
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
    Object.assign(this, { people, unread, current, group: "" });
    this.draw();
    this.root.querySelector(".on")?.scrollIntoView({ block: "nearest" });
  }

  setGroups(groups) {
    if (JSON.stringify(groups) === JSON.stringify(this.groups)) return;
    this.groups = groups;
    this.draw();
  }

  open(group) {
    this.group = group;
    this.draw();
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
    const found = this.groups.filter((group) => group.name.toLowerCase().includes(this.words));
    const nodes = found.length ? [el("h2", {}, "群聊"), ...found.map((group) => this.groupRow(group))] : [];
    for (const [department, members] of groups) {
      nodes.push(el("h2", {}, department || "其他"), ...members.map((person) => this.row(person)));
    }
    if (!nodes.length) nodes.push(el("p", { class: "empty" }, "没有这样的同事，换个词试试"));
    this.root.replaceChildren(...nodes);
  }

  groupRow(group) {
    return el("button", {
      type: "button",
      class: `person${group.id === this.group ? " on" : ""}`,
      data: { group: group.id },
      onclick: () => this.enter(group),
    },
    groupAvatar(group),
    el("span", { class: "person-text" }, el("b", {}, group.name), el("small", {}, group.last || "还没有消息")));
  }

  row(person) {
    const count = this.unread[person.userid] || 0;
    return el("button", {
      type: "button",
      class: `person${person.userid === this.current && !this.group ? " on" : ""}`,
      data: { userid: person.userid },
      onclick: () => this.choose(person.userid),
    },
    avatar(person),
    el("span", { class: "person-text" }, el("b", {}, person.name), el("small", {}, person.title)),
    count ? el("span", { class: "badge" }, count > 99 ? "99+" : String(count)) : null);
  }
}
