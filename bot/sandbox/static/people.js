// The list of chats: the groups of who one is, and the people by department, with search and with what each has not read
// on either platform.

import { avatar, el, groupAvatar } from "./dom.js";
import { LOOKS, lookOf, looksOf } from "./look.js";

export class People {
  constructor(root, search, choose, enter) {
    this.root = root;
    this.choose = choose;
    this.enter = enter;
    this.groups = [];
    this.group = "";
    this.people = [];
    this.unread = { wecom: {}, dingtalk: {} };
    this.look = LOOKS.wecom;
    this.current = "";
    this.words = "";
    search.addEventListener("input", () => {
      this.words = search.value.trim().toLowerCase();
      this.draw();
    });
  }

  set(people, current) {
    Object.assign(this, { people, current, group: "" });
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

  // Counts by user id of each platform; null: they are what they were.
  setUnread(wecom, dingtalk) {
    const unread = { wecom: wecom || this.unread.wecom, dingtalk: dingtalk || this.unread.dingtalk };
    const counts = Object.values(unread).flatMap((each) => Object.values(each));
    const total = counts.reduce((all, count) => all + count, 0);
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
    const top = this.root.scrollTop;
    const before = this.place();
    this.root.replaceChildren(...nodes);
    this.root.scrollTop = top;
    // What comes or goes above does not push away who one is.
    if (before !== null && this.place() !== null) this.root.scrollTop += this.place() - before;
  }

  place() {
    const row = this.root.querySelector(`[data-userid="${CSS.escape(this.current)}"]`);
    return row && row.offsetTop - this.root.scrollTop;
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

  // Clicking the person keeps the look one is in; clicking what waits on the other platform goes there.
  row(person) {
    const look = lookOf(person, this.look.key);
    const badges = looksOf(person).map((each) => this.badge(person, each, look));
    return el("div", {
      class: `person${person.userid === this.current && !this.group ? " on" : ""}`, role: "button", tabindex: "0",
      data: { userid: person.userid },
      onclick: (event) => this.choose(person, event.target.closest("[data-look]")?.dataset.look),
      onkeydown: (event) => { if (event.target === event.currentTarget && [" ", "Enter"].includes(event.key)) { event.preventDefault(); this.choose(person); } },
    },
    avatar(person),
    el("span", { class: "person-text" }, el("b", {}, person.name), el("small", {}, person.title)), ...badges);
  }

  badge(person, look, now) {
    const count = this.unread[look.key][person.looks[look.key]] || 0;
    if (!count) return null;
    const shown = count > 99 ? "99+" : String(count);
    if (look === now) return el("span", { class: "badge" }, shown);
    return el("button", { type: "button", class: `badge there ${look.key}`, data: { look: look.key }, title: `${look.name}有 ${count} 条未读` },
      el("i", { class: `mark ${look.key}` }), shown);
  }
}
