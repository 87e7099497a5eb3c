// The status panel: what went over the wire, a few faults to order, and customers from outside (客户联系).

import { ask, el } from "./dom.js";

const WECOM = [
  ["发送慢 3 秒", { api: "message/send", fault: "delay", seconds: 3 }],
  ["发送 500", { api: "message/send", fault: "status_500" }],
  ["发送后断线", { api: "message/send", fault: "accept_then_drop" }],
  ["发送限频 45009", { api: "message/send", fault: "errcode", errcode: 45009 }],
  ["改卡片失败 60140", { api: "message/update_template_card", fault: "errcode", errcode: 60140 }],
  ["查客户 500", { api: "externalcontact/get", fault: "status_500" }],
  ["查客户无权限 48002", { api: "externalcontact/get", fault: "errcode", errcode: 48002 }],
  ["回调重复 3 次", { api: "callback", fault: "duplicate_in_row" }],
  ["回调同时 3 次", { api: "callback", fault: "duplicate_at_once" }],
  ["回调丢失", { api: "callback", fault: "lose" }],
];

const DINGTALK = [
  ["发送慢 3 秒", { api: "robot/oToMessages/batchSend", fault: "delay", seconds: 3 }],
  ["发送 500", { api: "robot/oToMessages/batchSend", fault: "status_500" }],
  ["发卡片 500", { api: "card/instances/createAndDeliver", fault: "status_500" }],
  ["发卡片后断线", { api: "card/instances/createAndDeliver", fault: "accept_then_drop" }],
  ["发卡片限频 403", { api: "card/instances/createAndDeliver", fault: "errcode", code: "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", status: 403 }],
  ["改卡片失败", { api: "PUT card/instances", fault: "errcode", code: "param.cardNotExist", status: 400 }],
  ["推送重复 3 次", { api: "callback", fault: "duplicate_in_row" }],
  ["推送同时 3 次", { api: "callback", fault: "duplicate_at_once" }],
  ["推送丢失", { api: "callback", fault: "lose" }],
];
const FAULTS = { wecom: WECOM, dingtalk: DINGTALK };

const NICKNAMES = ["草原的风", "萨仁高娃", "A-建材老刘", "阿木尔", "乌日娜", "青城小店"];
const pick = (all) => all[Math.floor(Math.random() * all.length)];
const phone = () => `1394710${Math.floor(1000 + Math.random() * 9000)}`;

// What customers outside do with the person whose chat is open; without `contact` the one who came last is meant.
const CUSTOMERS = [
  ["客户扫码加我", () => ({ deed: "add", name: pick(NICKNAMES), state: "dy01" })],
  ["刚才的客户也加我", () => ({ deed: "add", contact: "newest", state: "dy01" })],
  ["我备注他的手机号", () => ({ deed: "edit", mobiles: [phone()] })],
  ["客户删了我", () => ({ deed: "leave" })],
];

export class Panel {
  // `look()` is what is looked at, `who()` who one is there.
  constructor(root, look, who) {
    this.root = root;
    this.look = look;
    this.who = who;
    this.list = el("ol", {});
    this.pending = el("p", { class: "pending" });
    this.customers = el("div", { class: "faults" }, ...CUSTOMERS.map(([name, deed]) =>
      el("button", { type: "button", onclick: () => this.happen(deed) }, name)));
    this.outside = el("p", { class: "hint" }, "微信客户：");
    this.faults = el("div", { class: "faults" });
    root.append(el("h2", {}, "状态"), this.outside, this.customers,
      el("p", { class: "hint" }, "下一次出什么错："), this.faults, this.pending, this.list);
  }

  happen(deed) {
    return ask("customer", { as: this.who(), ...deed() }).then(() => this.refresh(), (error) => this.fail(error));
  }

  fail(error) {
    this.pending.textContent = `没有发生：${error.message}`;
  }

  order(path, body) {
    return ask(`${this.look().path}${path}`, body).then(() => this.refresh(), (error) => this.fail(error));
  }

  dress(look) {
    if (this.dressed === look) return;
    this.dressed = look;
    this.outside.hidden = this.customers.hidden = look.key !== "wecom";
    this.faults.replaceChildren(
      ...FAULTS[look.key].map(([name, body]) => el("button", { type: "button", onclick: () => this.order("faults", body) }, name)),
      el("button", { type: "button", class: "clear", onclick: () => this.order("faults/clear", {}) }, "全部取消"));
  }

  toggle() {
    this.root.hidden = !this.root.hidden;
    if (!this.root.hidden) this.refresh();
    return !this.root.hidden;
  }

  async refresh() {
    if (this.root.hidden) return;
    this.dress(this.look());
    const { entries, pending } = await ask(`${this.look().path}journal`);
    this.pending.textContent = pending.length ? `已预约：${pending.join("，")}` : "没有预约的故障";
    this.list.replaceChildren(...entries.reverse().map(line));
  }
}

function line(entry) {
  const bad = entry.status !== 200 || entry.errcode || entry.dropped.length;
  const inward = entry.direction === "callback";
  const result = entry.errcode ?? (entry.status || "无应答");
  const notes = [entry.summary, entry.fault && `故障 ${entry.fault}`, entry.attempt > 1 && `第 ${entry.attempt} 次`,
    entry.dropped.length && `丢弃 ${entry.dropped.join("、")}`, inward && `${entry.ms} ms`].filter(Boolean);
  return el("li", { class: bad ? "bad" : "" },
    el("time", {}, new Date(entry.at).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" })),
    el("b", {}, `${inward ? "→" : "←"} ${entry.name}`), el("em", {}, String(result)),
    el("span", {}, [entry.members.join("、"), ...notes].filter(Boolean).join(" · ")));
}
