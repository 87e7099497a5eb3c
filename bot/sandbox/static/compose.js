// What is being written: words, on DingTalk with pictures among them, or a voice as DingTalk understands it.

import { el } from "./dom.js";

const $ = (id) => document.getElementById(id);

export class Composer {
  // `send(deed, content)` sends; false if it could not be sent: then it stands here again.
  constructor(send) {
    this.send = send;
    this.pictures = [];
    this.speaking = false;
    this.look = null;
    $("form").addEventListener("submit", (event) => { event.preventDefault(); this.say(); });
    $("text").addEventListener("input", () => this.grow());
    $("text").addEventListener("keydown", (event) => {
      // Enter that ends a Chinese input method's word does not send.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.say(); }
    });
    $("text").addEventListener("paste", (event) => this.paste(event));
    $("picture").addEventListener("click", () => $("picture-file").click());
    $("picture-file").addEventListener("change", () => { this.picture($("picture-file").files[0]); $("picture-file").value = ""; });
    $("attach").addEventListener("click", () => $("file").click());
    $("file").addEventListener("change", () => { this.file("file", $("file").files[0]); $("file").value = ""; });
    $("voice").addEventListener("click", () => this.speak(!this.speaking));
    $("place").addEventListener("click", () => send("location", { latitude: 40.842, longitude: 111.749, label: "呼和浩特市新城区" }));
  }

  // Another chat: nothing of what was begun here goes there. `called` is how the robot is called in a group.
  turnTo(look, called) {
    Object.assign(this, { look, called });
    $("text").value = "";
    this.pictures = [];
    $("place").hidden = !look.place;
    $("voice").hidden = !look.voice || Boolean(called);
    $("attach").hidden = Boolean(called);
    $("called").hidden = !called;
    $("called").textContent = called ? `@${called}` : "";
    this.speak(false);
    this.draw();
  }

  speak(on) {
    this.speaking = on;
    $("voice").classList.toggle("on", on);
    $("text").placeholder = on ? "说一句话：写下钉钉听出来的文字" : "发消息，例如：帮助";
    $("send").textContent = on ? "发语音" : "发送";
    if (on) $("text").focus();
  }

  async say() {
    const text = $("text").value;
    const pictures = this.pictures;
    if (!text.trim() && !pictures.length) return;
    const turn = [this.look, this.called];
    $("text").value = "";
    this.pictures = [];
    this.draw();
    const spoke = this.speaking;
    this.speak(false);
    const sent = await (spoke ? this.send("voice", { text }) : pictures.length ? this.mixture(text, pictures) : this.send("say", { text }));
    const same = turn[0] === this.look && turn[1] === this.called;
    if (sent || !same || $("text").value || this.pictures.length) return;
    $("text").value = text;
    this.pictures = pictures;
    this.speak(spoke);
    this.draw();
  }

  mixture(text, pictures) {
    if (!text.trim() && pictures.length === 1) return this.file("picture", pictures[0]);
    const form = new FormData();
    form.append("parts", JSON.stringify([...(text.trim() ? [text] : []), ...pictures.keys()]));
    for (const picture of pictures) form.append("picture", picture);
    return this.send("rich", form);
  }

  // A picture goes at once; on DingTalk, where words are being written already, together with them.
  picture(file) {
    if (!file) return;
    if (this.look.rich && !this.speaking && ($("text").value.trim() || this.pictures.length)) this.add([file]);
    else this.file("picture", file);
  }

  paste(event) {
    const found = [...(event.clipboardData?.files || [])].filter((file) => file.type.startsWith("image/"));
    if (!this.look?.rich || this.speaking || !found.length) return;
    event.preventDefault();
    this.add(found);
  }

  add(files) {
    this.pictures = [...this.pictures, ...files].slice(0, 9);
    this.draw();
    $("text").focus();
  }

  file(kind, file) {
    if (!file) return false;
    const form = new FormData();
    form.append(kind, file);
    return this.send(kind, form);
  }

  draw() {
    for (const shown of $("pictures").querySelectorAll("img")) URL.revokeObjectURL(shown.src);
    $("pictures").replaceChildren(...this.pictures.map((file) => el("span", {},
      el("img", { src: URL.createObjectURL(file), alt: "要发的图片" }),
      el("button", { type: "button", "aria-label": "去掉这张图片", onclick: () => this.drop(file) }, "×"))));
    $("pictures").hidden = !this.pictures.length;
    this.grow();
  }

  drop(file) {
    this.pictures = this.pictures.filter((each) => each !== file);
    this.draw();
  }

  grow() {
    $("text").style.height = "auto";
    $("text").style.height = `${Math.min($("text").scrollHeight, 140)}px`;
  }
}
