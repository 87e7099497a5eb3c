// The window: who I am, my chat, what I send. It asks for news every 700 ms.

import { drawCard } from "./cards.js";
import { ask, avatar, botAvatar, el } from "./dom.js";
import { Panel } from "./panel.js";
import { People } from "./people.js";
import { markdown, plain } from "./rich.js";

const EVERY = 700;
const ZONE = "Asia/Shanghai";
const $ = (id) => document.getElementById(id);
const state = { me: null, group: null, people: [], seq: 0, epoch: "", rows: new Map(), lastDay: "", turn: 0 };

const people = new People($("people"), $("search"), become, enter);
const panel = new Panel($("panel"), () => state.me?.userid ?? "");

async function start() {
  const answer = await ask("people");
  state.people = answer.people;
  $("app-name").textContent = state.app = answer.app;
  $("menu").replaceChildren(...answer.menu.map(entry));
  const wanted = new URLSearchParams(location.search).get("as");
  const found = answer.people.find((person) => person.userid.toLowerCase() === (wanted || "").toLowerCase());
  people.set(answer.people, answer.unread, "");
  // On a phone the list comes first, unless the address already says who one is.
  if (found || wide()) become((found || answer.people[0])?.userid);
  else document.body.dataset.screen = "list";
  poll();
}

// An entry of the app's menu: it sends its key, or opens what stands below it.
function entry(item) {
  if (!item.sub_button) return el("button", { type: "button", onclick: () => act("menu", { key: item.key }) }, item.name);
  const more = el("details", { name: "menu" }, el("summary", {}, item.name), el("div", {}, ...item.sub_button.map(entry)));
  more.addEventListener("click", (event) => { if (event.target.localName === "button") more.open = false; });
  return more;
}

function wide() {
  return matchMedia("(min-width: 721px)").matches;
}

function become(userid) {
  const me = state.people.find((person) => person.userid === userid);
  if (!me) return;
  document.body.dataset.screen = "chat";
  if (state.me?.userid !== userid || state.group) {
    turnTo(me, null);
    $("who").replaceChildren(el("span", {}, `${me.name} · ${me.title}`));
    $("rail-me").replaceChildren(avatar(me));
    $("text").value = "";
    people.set(state.people, people.unread, userid);
    history.replaceState(null, "", `?as=${encodeURIComponent(userid)}`);
    act("open", {});
  }
  refresh();
  if (wide()) $("text").focus();
}

// Another chat: the app's with `me`, or a group in which he is. What people write in a group reaches no app.
function turnTo(me, group) {
  Object.assign(state, { me, group, seq: 0, lastDay: "", turn: state.turn + 1 });
  state.rows.clear();
  $("messages").replaceChildren();
  $("app-name").textContent = group ? `${group.name}（${group.members}）` : state.app;
  $("kind").textContent = group ? group.how : "应用";
  $("foot").hidden = Boolean(group);
}

function enter(group) {
  document.body.dataset.screen = "chat";
  turnTo(state.me, group);
  people.open(group.id);
  refresh();
}

async function refresh() {
  if (!state.me) return people.setUnread((await ask("people")).unread);
  people.setGroups((await ask(`groups?as=${encodeURIComponent(state.me.userid)}`)).groups);
  const turn = state.turn;
  const seen = document.body.dataset.screen === "chat" || wide();
  const read = seen && !document.hidden ? 1 : 0;
  const where = state.group ? `&group=${encodeURIComponent(state.group.id)}` : "";
  const answer = await ask(`chat?as=${encodeURIComponent(state.me.userid)}&after=${state.seq}&read=${read}${where}`);
  if (turn !== state.turn) return;
  if (state.epoch && answer.epoch !== state.epoch) return location.reload();
  state.epoch = answer.epoch;
  state.seq = Math.max(state.seq, answer.seq);
  for (const message of answer.messages) show(message);
  if (answer.unread) people.setUnread(answer.unread);
}

async function poll() {
  try {
    await refresh();
    await panel.refresh();
    if ($("notice").dataset.kind === "offline") tell("");
  } catch {
    tell("连不上沙盒，正在重试……", "offline");
  }
  setTimeout(poll, EVERY);
}

function show(message) {
  const old = state.rows.get(message.id);
  if (old && old.revision >= message.revision) return;
  // Whatever the bot says ends the waiting for a tap's answer.
  if (message.from_bot) calm();
  const node = row(message);
  state.rows.set(message.id, { node, revision: message.revision, message });
  const box = $("messages");
  const near = box.scrollHeight - box.scrollTop - box.clientHeight < 160;
  if (old) old.node.replaceWith(node);
  else {
    const day = timeLine(message.at);
    if (day) box.append(day);
    box.append(node);
  }
  if (near || !message.from_bot) box.scrollTop = box.scrollHeight;
  for (const image of node.querySelectorAll("img")) {
    image.addEventListener("load", () => { if (near) box.scrollTop = box.scrollHeight; });
  }
}

// The time stands once in five minutes.
function timeLine(at) {
  const when = new Date(at);
  const slot = String(Math.floor(when.getTime() / 300000));
  if (slot === state.lastDay) return null;
  state.lastDay = slot;
  const day = (date) => date.toLocaleDateString("zh-CN", { timeZone: ZONE });
  const today = day(when) === day(new Date());
  const options = today ? { hour: "2-digit", minute: "2-digit" } : { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" };
  return el("time", { class: "time" }, when.toLocaleString("zh-CN", { ...options, hour12: false, timeZone: ZONE }));
}

function row(message) {
  if (message.recalled) return el("p", { class: "recalled" }, "驼铃撤回了一条消息");
  const side = message.from_bot ? "theirs" : "mine";
  const said = state.group ? el("div", { class: "said" }, el("small", {}, state.app), body(message)) : body(message);
  return el("div", { class: `row ${side}`, data: { id: message.id } },
    message.from_bot ? botAvatar() : avatar(state.me), said);
}

function body(message) {
  if (message.kind === "card") return drawCard(message, (key, selected) => tap(message, key, selected));
  if (message.kind === "image") {
    return el("img", { class: "picture", src: message.media, alt: "图片", onclick: () => enlarge(message.media) });
  }
  if (message.kind === "markdown") return el("div", { class: "bubble" }, markdown(message.text));
  if (message.kind === "place") return el("div", { class: "bubble" }, `[位置] ${message.text}`);
  if (message.kind === "file" || message.kind === "video") {
    return el("a", { class: "bubble file", href: message.media, download: message.text || "video.mp4" },
      el("span", { class: "file-mark" }, (message.text.split(".").pop() || "?").slice(0, 4).toUpperCase()),
      el("span", {}, message.text || "视频"));
  }
  if (message.kind === "voice") return el("div", { class: "bubble" }, "[语音]");
  return el("div", { class: "bubble" }, ...plain(message.text));
}

// A tapped button turns until the bot answers; it can be tapped again meanwhile, as in the real client.
async function tap(message, key, selected) {
  document.querySelector(`[data-id="${message.id}"] [data-key="${CSS.escape(key)}"]`)?.classList.add("busy");
  const taken = await act("tap", { message_id: message.id, key, selected });
  // An app may say nothing at all: do not turn for ever.
  setTimeout(calm, taken ? 8000 : 0);
}

function calm() {
  for (const button of document.querySelectorAll("#messages .busy")) button.classList.remove("busy");
}

async function act(deed, content) {
  try {
    const answer = await ask(deed, content instanceof FormData ? content : { as: state.me.userid, ...content });
    tell(answer.taken ? "" : "应用没有应答这次操作");
    await refresh();
    return answer.taken;
  } catch (error) {
    tell(`没有送出：${error.message}`);
    return false;
  }
}

function tell(text, kind = "") {
  $("notice").textContent = text;
  $("notice").dataset.kind = kind;
  $("notice").hidden = !text;
}

function enlarge(url) {
  $("viewer").querySelector("img").src = url;
  $("viewer").showModal();
}

function say() {
  const text = $("text").value;
  if (!text.trim()) return;
  $("text").value = "";
  grow();
  act("say", { text });
  setTimeout(refresh, 60);
}

function grow() {
  $("text").style.height = "auto";
  $("text").style.height = `${Math.min($("text").scrollHeight, 140)}px`;
}

function sendFile(kind, file) {
  if (!file) return;
  const form = new FormData();
  form.append("as", state.me.userid);
  form.append(kind, file);
  act(kind, form);
}

$("form").addEventListener("submit", (event) => { event.preventDefault(); say(); });
$("text").addEventListener("input", grow);
$("text").addEventListener("keydown", (event) => {
  // Enter that ends a Chinese input method's word does not send.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); say(); }
});
for (const [button, input, kind] of [["picture", "picture-file", "picture"], ["attach", "file", "file"]]) {
  $(button).addEventListener("click", () => $(input).click());
  $(input).addEventListener("change", () => { sendFile(kind, $(input).files[0]); $(input).value = ""; });
}
$("place").addEventListener("click", () => act("location", { latitude: 40.842, longitude: 111.749, label: "呼和浩特市新城区" }));
$("back").addEventListener("click", () => { document.body.dataset.screen = "list"; });
$("viewer").addEventListener("click", () => $("viewer").close());
$("rail-status").addEventListener("click", () => $("rail-status").classList.toggle("on", panel.toggle()));

// Letters that arrive late change the height of what stands there.
document.fonts.ready.then(() => { $("messages").scrollTop = $("messages").scrollHeight; });
start().catch(() => {
  tell("连不上沙盒，正在重试……", "offline");
  setTimeout(() => location.reload(), 2000);
});
