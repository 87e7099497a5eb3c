// The five kinds of template cards, drawn from the payload that the app sent.

import { el, link } from "./dom.js";

// `tap(key, selected)` sends a tap.
export function drawCard(message, tap) {
  const card = message.card;
  const answers = new Map();
  const node = el("article", { class: `card ${card.card_type}` });
  const send = (key) => tap(key, Object.fromEntries([...answers].map(([name, ids]) => [name, [...ids]])));
  add(node, source(card, send), main(card), emphasis(card), quote(card));
  add(node, areaOrImage(card), vertical(card), horizontal(card), subtitle(card));
  add(node, checkbox(card.checkbox, answers, message.replaced));
  for (const select of [card.button_selection, ...(card.select_list || [])]) {
    add(node, drawSelect(select, answers, message.replaced));
  }
  add(node, jumps(card), buttons(card, message, send), more(card));
  return node;
}

function add(node, ...parts) {
  node.append(...parts.filter(Boolean));
}

function source(card, send) {
  const from = card.source;
  const menu = card.action_menu;
  if (!from && !menu) return null;
  const colours = ["grey", "black", "red", "green"];
  const row = el("div", { class: "card-source" });
  if (from?.icon_url) row.append(el("img", { src: from.icon_url, alt: "" }));
  else row.append(el("img", { src: "/sandbox/static/icon.svg", alt: "" }));
  row.append(el("span", { class: `source-${colours[from?.desc_color || 0]}` }, from?.desc || ""));
  if (menu) {
    const items = menu.action_list.map((item) => el("button", { type: "button", onclick: () => send(item.key) }, item.text));
    row.append(el("details", { class: "card-menu" }, el("summary", { "aria-label": menu.desc || "更多" }, "···"), el("div", {}, ...items)));
  }
  return row;
}

function main(card) {
  const title = card.main_title || {};
  if (!title.title && !title.desc) return null;
  return el("div", { class: "card-main" },
    title.title ? el("h3", {}, title.title) : null,
    title.desc ? el("p", {}, title.desc) : null);
}

function emphasis(card) {
  const part = card.emphasis_content;
  if (!part) return null;
  return el("div", { class: "card-emphasis" }, el("b", {}, part.title || ""), el("span", {}, part.desc || ""));
}

function quote(card) {
  const part = card.quote_area;
  if (!part) return null;
  return el("blockquote", { class: "card-quote" },
    part.title ? el("b", {}, part.type === 1 ? link(part.url, part.title) : part.title) : null,
    el("span", {}, part.quote_text || ""));
}

function areaOrImage(card) {
  const area = card.image_text_area;
  if (area) {
    return el("div", { class: "card-area" }, el("img", { src: area.image_url, alt: "" }),
      el("div", {}, el("b", {}, area.type === 1 ? link(area.url, area.title) : area.title || ""), el("p", {}, area.desc || "")));
  }
  if (!card.card_image?.url) return null;
  const image = el("img", { class: "card-image", src: card.card_image.url, alt: "" });
  const ratio = Number(card.card_image.aspect_ratio);
  image.style.aspectRatio = ratio >= 1.3 && ratio <= 2.25 ? ratio : 1.3;
  return image;
}

function vertical(card) {
  const rows = card.vertical_content_list;
  if (!rows?.length) return null;
  return el("div", { class: "card-vertical" }, ...rows.map((row) => el("div", {}, el("b", {}, row.title), el("p", {}, row.desc || ""))));
}

function horizontal(card) {
  const rows = card.horizontal_content_list;
  if (!rows?.length) return null;
  const value = (row) => {
    if (row.type === 1) return link(row.url, row.value || row.url);
    if (row.type === 2) return el("span", { class: "blue" }, row.value || "附件");
    if (row.type === 3) return el("span", { class: "blue" }, row.value || row.userid);
    return row.value || "";
  };
  return el("dl", { class: "card-rows" }, ...rows.flatMap((row) => [el("dt", {}, row.keyname), el("dd", {}, value(row))]));
}

function subtitle(card) {
  return card.sub_title_text ? el("p", { class: "card-subtitle" }, card.sub_title_text) : null;
}

function checkbox(box, answers, replaced) {
  if (!box) return null;
  const off = Boolean(box.disable) || Boolean(replaced);
  const chosen = new Set(box.option_list.filter((option) => option.is_checked).map((option) => option.id));
  answers.set(box.question_key, chosen);
  const many = box.mode === 1;
  const name = `q${Math.random().toString(36).slice(2)}`;
  const change = (id, on) => {
    if (!many) chosen.clear();
    if (on) chosen.add(id);
    else chosen.delete(id);
  };
  return el("div", { class: "card-options" }, ...box.option_list.map((option) => el("label", {},
    el("input", {
      type: many ? "checkbox" : "radio", name, checked: Boolean(option.is_checked), disabled: off,
      onchange: (event) => change(option.id, event.target.checked),
    }),
    el("span", {}, option.text))));
}

function drawSelect(select, answers, replaced) {
  if (!select) return null;
  const first = select.option_list.find((option) => option.id === select.selected_id) || select.option_list[0];
  const chosen = new Set([first.id]);
  answers.set(select.question_key, chosen);
  const change = (event) => {
    chosen.clear();
    chosen.add(event.target.value);
  };
  return el("label", { class: "card-select" }, el("span", {}, select.title || ""),
    el("select", { onchange: change, disabled: Boolean(select.disable) || Boolean(replaced) }, ...select.option_list.map((option) =>
      el("option", { value: option.id, selected: option === first }, option.text))));
}

function jumps(card) {
  const rows = card.jump_list;
  if (!rows?.length) return null;
  return el("div", { class: "card-jumps" }, ...rows.map((row) => row.type === 1 ? link(row.url, row.title) : el("span", {}, row.title)));
}

function buttons(card, message, send) {
  const grey = message.replaced || card.replace_text;
  if (grey) return el("div", { class: "card-buttons" }, el("button", { type: "button", class: "done", disabled: true }, grey));
  const list = [...(card.button_list || [])];
  if (card.submit_button) list.push({ ...card.submit_button, style: 1 });
  if (!list.length) return null;
  const one = (button) => {
    const style = `style-${[1, 2, 3, 4].includes(button.style) ? button.style : 1}`;
    if (button.type === 1) return link(button.url, button.text, { class: `button ${style}` });
    return el("button", { type: "button", class: `button ${style}`, data: { key: button.key }, onclick: () => send(button.key) },
      el("span", {}, button.text));
  };
  return el("div", { class: `card-buttons n${Math.min(list.length, 4)}` }, ...list.map(one));
}

function more(card) {
  const action = card.card_action;
  if (!action?.type || !["text_notice", "news_notice"].includes(card.card_type)) return null;
  return el("div", { class: "card-more" }, link(action.url, "查看详情"), el("span", {}, "›"));
}
