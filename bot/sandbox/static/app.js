// The window: who I am, in which look, my chat, what I send. It asks for news every 700 ms.

import { drawCard } from "./cards.js";
import { Composer } from "./compose.js";
import { dingMarkdown, dingText, drawDingCard, mixture, voice } from "./ding.js";
import { ask, avatar, botAvatar, el, link } from "./dom.js";
import { LOOKS, addressOf, lookOf, looksOf, personOf } from "./look.js";
import { Panel } from "./panel.js";
import { People } from "./people.js";
import { markdown, plain } from "./rich.js";

const EVERY = 700;
const ZONE = "Asia/Shanghai";
const $ = (id) => document.getElementById(id);
const state = { me: null, look: LOOKS.wecom, group: null, people: [], seq: 0, epoch: "", rows: new Map(), lastDay: "", turn: 0, low: true };

const people = new People($("people"), $("search"), (person, key) => become(person, LOOKS[key] || state.look), enter);
const panel = new Panel($("panel"), () => state.look, me);
const composer = new Composer(act);

async function start() {
  const answer = await ask("people");
  state.people = answer.people;
  $("app-name").textContent = state.app = answer.app;
  $("menu").replaceChildren(...answer.menu.map(entry));
  const wanted = new URLSearchParams(location.search);
  const found = personOf(answer.people, wanted.get("as"));
  const look = LOOKS[wanted.get("look")] || LOOKS.wecom;
  dress(look);
  people.set(answer.people, "");
  people.setUnread(answer.unread, answer.elsewhere);
  // On a phone the list comes first, unless the address already says who one is.
  if (found || (wide() && answer.people.length)) become(found || answer.people[0], look);
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

// Who I am on the platform that is looked at.
function me() {
  return state.me?.looks[state.look.key] ?? "";
}

function become(person, wanted) {
  const look = lookOf(person, wanted.key);
  document.body.dataset.screen = "chat";
  if (state.me !== person || state.look !== look || state.group) {
    dress(look);
    turnTo(person, null);
    $("who").textContent = person.name;
    $("rank").textContent = person.title;
    const looks = looksOf(person);
    $("looks").replaceChildren(...looks.map((each) => lookButton(person, each)));
    $("looks").hidden = looks.length < 2;
    $("rail-me").replaceChildren(avatar(person));
    people.set(state.people, person.userid);
    history.replaceState(null, "", addressOf(person, look));
    if (look.menu) act("open", {}); // DingTalk's robot does not hear that its chat is opened
  }
  refresh().catch(offline);
  if (wide()) $("text").focus();
}

function lookButton(person, look) {
  const on = look === state.look;
  return el("button", {
    type: "button", class: on ? "on" : "", "aria-pressed": String(on), title: `在${look.name}里看`,
    data: { look: look.key }, onclick: () => become(person, look),
  }, el("i", { class: `mark ${look.key}` }), el("span", {}, look.name));
}

// The window as the platform has it.
function dress(look) {
  state.look = people.look = look;
  document.body.dataset.look = look.key;
}

// Another chat: the app's with `person`, or a group in which he is. What people write in a group reaches no app on WeCom,
// and on DingTalk whom they call by name.
function turnTo(person, group) {
  Object.assign(state, { me: person, group, seq: 0, lastDay: "", turn: state.turn + 1 });
  state.rows.clear();
  $("messages").replaceChildren();
  $("app-name").textContent = group ? `${group.name}（${group.members}）` : state.app;
  $("kind").textContent = group ? group.how : state.look.kind;
  document.body.dataset.chat = group ? "group" : "app";
  $("foot").hidden = Boolean(group) && !state.look.rich;
  $("menu").hidden = !state.look.menu;
  composer.turnTo(state.look, group ? state.app : "");
  tell("");
}

function enter(group) {
  document.body.dataset.screen = "chat";
  turnTo(state.me, group);
  people.open(group.id);
  refresh().catch(offline);
}

async function refresh() {
  const look = state.look;
  if (!state.me) {
    const answer = await ask("people");
    return people.setUnread(answer.unread, answer.elsewhere);
  }
  const turn = state.turn;
  const who = encodeURIComponent(me());
  const listed = await ask(`${look.path}groups?as=${who}`);
  if (turn !== state.turn) return;
  people.setGroups(listed.groups);
  const seen = document.body.dataset.screen === "chat" || wide();
  const read = seen && !document.hidden ? 1 : 0;
  const where = state.group ? `&group=${encodeURIComponent(state.group.id)}` : "";
  const answer = await ask(`${look.path}chat?as=${who}&after=${state.seq}&read=${read}${where}`);
  if (turn !== state.turn) return;
  if (state.epoch && answer.epoch !== state.epoch) return location.reload();
  state.epoch = answer.epoch;
  state.seq = Math.max(state.seq, answer.seq);
  for (const message of answer.messages) show(message);
  if (look === LOOKS.wecom) people.setUnread(answer.unread, answer.elsewhere);
  else people.setUnread(answer.elsewhere, answer.unread);
}

async function poll() {
  try {
    await refresh();
    await panel.refresh();
    if ($("notice").dataset.kind === "offline") tell("");
  } catch {
    offline();
  }
  setTimeout(poll, EVERY);
}

function offline() {
  tell("连不上沙盒，正在重试……", "offline");
}

function show(message) {
  const old = state.rows.get(message.id);
  if (old && old.revision >= message.revision) return;
  // Whatever the bot says ends the waiting for a tap's answer.
  if (message.from_bot) calm();
  const node = row(message);
  state.rows.set(message.id, { node, revision: message.revision, message });
  const box = $("messages");
  const near = isLow();
  if (old) old.node.replaceWith(node);
  else {
    const day = timeLine(message.at);
    if (day) box.append(day);
    box.append(node);
  }
  if (near || !message.from_bot) toEnd();
  for (const image of node.querySelectorAll("img")) {
    image.addEventListener("load", () => { if (near) toEnd(); });
  }
}

// Is one at the end of the chat, or nearly?
function isLow() {
  const box = $("messages");
  return box.scrollHeight - box.scrollTop - box.clientHeight < 160;
}

function toEnd() {
  $("messages").scrollTop = $("messages").scrollHeight;
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
  const others = message.by && message.by.userid !== me() ? message.by : null;
  const mine = !message.from_bot && !others;
  const name = others ? others.name : message.from_bot ? state.app : "";
  const shown = body(message);
  if (state.group && !message.from_bot) shown.prepend(el("span", { class: "at" }, `@${state.app} `));
  const said = state.group && name ? el("div", { class: "said" }, el("small", {}, name), shown) : shown;
  return el("div", { class: `row ${mine ? "mine" : "theirs"}`, data: { id: message.id } },
    message.from_bot ? botAvatar() : avatar(others ? personOf(state.people, others.userid) || others : state.me), said);
}

function body(message) {
  const ding = state.look === LOOKS.dingtalk;
  if (message.kind === "card" && ding) return drawDingCard(message.card, (key) => tap(message, key));
  if (message.kind === "card") return drawCard(message, (key, selected) => tap(message, key, selected));
  if (message.kind === "image" && !message.media) return el("div", { class: "bubble" }, link(message.text, "[图片]"));
  if (message.kind === "image") return picture(message.media);
  if (message.kind === "markdown") return el("div", { class: "bubble" }, (ding ? dingMarkdown : markdown)(message.text));
  if (message.kind === "place") return el("div", { class: "bubble" }, `[位置] ${message.text}`);
  if (message.kind === "file" || message.kind === "video") {
    return el("a", { class: "bubble file", href: message.media, download: message.text || "video.mp4" },
      el("span", { class: "file-mark" }, (message.text.split(".").pop() || "?").slice(0, 4).toUpperCase()),
      el("span", {}, message.text || "视频"));
  }
  if (message.kind === "voice") return ding ? voice(message.text) : el("div", { class: "bubble" }, "[语音]");
  if (message.parts?.length) return mixture(message.parts, picture);
  return el("div", { class: "bubble" }, ...(ding ? dingText : plain)(message.text));
}

function picture(media) {
  return el("img", { class: "picture", src: media, alt: "图片", onclick: () => enlarge(media) });
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

// Sends; was it heard, or at least on its way? False: it went nowhere.
async function act(deed, content) {
  const about = { as: me(), ...(state.group ? { group: state.group.id } : {}) };
  const look = state.look;
  if (content instanceof FormData) for (const [name, value] of Object.entries(about)) content.append(name, value);
  setTimeout(() => refresh().catch(offline), 60);
  try {
    const answer = await ask(look.path + deed, content instanceof FormData ? content : { ...about, ...content });
    tell(unheard(look, deed, answer));
    await refresh();
    return answer.taken || deed !== "tap";
  } catch (error) {
    tell(`没有送出：${error.message}`);
    return false;
  }
}

// What is said of something that the app did not take.
function unheard(look, deed, answer) {
  if (answer.taken) return "";
  if (look === LOOKS.wecom) return "应用没有应答这次操作";
  if (deed === "tap") return answer.attempts.length ? "驼铃没有应答，请过一会儿再点" : "这张卡片上的按钮不起作用";
  return answer.attempts[0]?.error === "no connection"
    ? "驼铃现在没有连着钉钉；消息已留下，连上后会送到" : "驼铃还没有应答；消息已留下，钉钉稍后会再送一次";
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

$("back").addEventListener("click", () => { document.body.dataset.screen = "list"; });
$("viewer").addEventListener("click", () => $("viewer").close());
$("rail-status").addEventListener("click", () => $("rail-status").classList.toggle("on", panel.toggle()));

// What is below stays in sight when there is less room for it: more is being written, or a phone's keyboard has come up.
$("messages").addEventListener("scroll", () => { state.low = isLow(); });
new ResizeObserver(() => { if (state.low) toEnd(); }).observe($("messages"));
// Letters that arrive late change the height of what stands there.
document.fonts.ready.then(toEnd);
start().catch(() => {
  offline();
  setTimeout(() => location.reload(), 2000);
});
