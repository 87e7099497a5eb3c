// The two looks in which a person can be shown. `path` is where the look's API is; `seen` are the kinds of things that
// one can send there.

export const LOOKS = {
  wecom: { key: "wecom", name: "企业微信", short: "企微", path: "", kind: "应用", menu: true, place: true, voice: false, rich: false },
  dingtalk: { key: "dingtalk", name: "钉钉", short: "钉钉", path: "dingtalk/", kind: "机器人", menu: false, place: false, voice: true, rich: true },
};

// The look that is wanted, if this person has an account there; else one where he has.
export function lookOf(person, wanted) {
  return person.looks[wanted] ? LOOKS[wanted] : looksOf(person)[0];
}

// Those in which a person can be shown.
export function looksOf(person) {
  return Object.values(LOOKS).filter((look) => person.looks[look.key]);
}

export function addressOf(person, look) {
  return `?as=${encodeURIComponent(person.userid)}${look.key === "wecom" ? "" : `&look=${look.key}`}`;
}

// Whoever is meant by a user id of either platform; its case counts on none of them here.
export function personOf(people, userid) {
  const wanted = (userid || "").toLowerCase();
  const has = (person) => [person.userid, ...Object.values(person.looks)].some((id) => id.toLowerCase() === wanted);
  return people.find((person) => person.userid.toLowerCase() === wanted) || people.find(has);
}
