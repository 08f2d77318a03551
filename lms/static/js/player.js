// A player tells the server which seconds were played; the server counts them. Stretches are sent again until they are known there.
import { toast } from "./app.js";

const box = document.querySelector("[data-player]");
const media = box.querySelector("video, audio");
const part = (name) => box.querySelector(`[data-${name}]`);
const words = box.dataset;
const [length, every, pace] = [words.length, words.every, words.pace].map(Number);
const seekable = words.seekable === "1";
const REFUSED = 409;
const SIGNED_OUT = [400, 401, 403];
const NEAR = 1; // seconds one may land beyond what was reached

let token = null;
let reach = Number(words.reach);
let stretches = []; // [from, to] in seconds; the last one is being played
let playing = false; // a stretch is going on
let position = 0; // where the next one begins: where it was paused, or led to
let busy = false;
let unsent = false;

function say(kind, text) {
  const status = part("status");
  if (status.textContent.trim() === text) return;
  status.dataset.k = kind;
  status.querySelector("span").textContent = text;
}

function post(url, body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": document.querySelector("meta[name=csrf]").content };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body), redirect: "manual", keepalive: true });
}

// What was played, in stretches without a jump.
const current = () => stretches.at(-1);
const played = () => (current() ? Math.max(reach, current()[1]) : reach);

function begin() {
  const last = current()?.[1];
  const goesOn = last <= position && position < last + 1; // after a pause, within a second
  const from = goesOn ? last : Math.ceil(position - 0.05);
  stretches.push([from, from]);
  playing = true;
}

function advance() {
  if (!playing || media.seeking) return;
  const now = media.ended ? length : Math.min(Math.floor(media.currentTime), length);
  if (now <= current()[1]) return;
  current()[1] = now;
  unsent = true;
}

// Saying so.
async function report({ leaving = false } = {}) {
  if (!token || !unsent || (busy && !leaving)) return;
  busy = true;
  unsent = false;
  const [sent, mine] = [stretches.length, token];
  const answer = await ask(words.report, { token, parts: stretches, at: Math.floor(media.currentTime) }, () => mine === token);
  if (answer) stretches.splice(0, Math.min(sent, stretches.length) - 1);
  else unsent = stretches.length > 0;
  busy = false;
}

/** The server's answer, undefined when there is none; a refusal stops the player where it `counts`. */
async function ask(url, body, counts = () => true) {
  let response;
  try {
    response = await post(url, body);
  } catch {
    return void say("off", words.offline);
  }
  if (response.type === "opaqueredirect" || SIGNED_OUT.includes(response.status)) return void say("off", words.signedOut);
  if (response.status === REFUSED) return void (counts() && stop((await response.json()).refused));
  if (!response.ok) return void say("off", words.offline);
  const answer = await response.json();
  show(answer);
  return answer;
}

function show(answer) {
  reach = answer.reach;
  part("progress").textContent = `${answer.progress}%`;
  part("meter").className = `meter w${Math.floor(Number(answer.progress) / 5) * 5}`;
  const saved = words.saved.replace("{time}", answer.saved);
  say("ok", answer.done ? `${words.learnt} · ${saved}` : saved);
}

function stop(reason) {
  token = null;
  stretches = [];
  playing = unsent = false;
  position = media.currentTime;
  media.pause();
  part("reason").textContent = reason;
  part("stopped").hidden = false;
  part("stopped").focus();
}

// Playing: one place at a time, so whoever presses play asks for it. Where it was granted before, it need not wait.
let opening = false;
media.addEventListener("play", async () => {
  part("stopped").hidden = true;
  if (opening) return;
  opening = true;
  const granted = token !== null;
  if (granted) await report();
  else media.pause();
  const answer = await ask(words.play, {});
  if (answer) token = answer.token;
  if (answer?.ended) toast(answer.ended);
  if (answer && !granted) await media.play().catch(() => {});
  opening = false;
});
media.addEventListener("playing", () => {
  if (token && !playing) begin();
});
media.addEventListener("timeupdate", advance);
for (const name of ["pause", "ended"]) {
  media.addEventListener(name, () => {
    if (!media.paused && !media.ended) return; // played on meanwhile
    advance();
    if (playing) position = media.currentTime;
    playing = false;
    report();
  });
}
media.addEventListener("waiting", advance);

// Jumping ends a stretch; ahead of what was reached it leads back.
media.addEventListener("seeking", () => {
  playing = false;
  if (seekable || media.currentTime <= played() + NEAR) return;
  media.currentTime = played();
  toast(words.ahead);
});
media.addEventListener("seeked", () => {
  position = media.currentTime;
  if (token && !media.paused) begin();
});
media.addEventListener("ratechange", () => {
  if (media.playbackRate <= pace) return;
  media.playbackRate = pace;
  toast(words.fast);
});

part("here").addEventListener("click", () => media.play());
addEventListener("online", () => report());
addEventListener("pagehide", () => {
  advance();
  report({ leaving: true });
});
document.addEventListener("visibilitychange", () => {
  advance();
  report();
});
setInterval(() => report(), every * 1000);

// Where one left.
function resume() {
  media.currentTime = Number(words.at);
}
if (Number(words.at) > 0) {
  if (media.readyState > 0) resume();
  else media.addEventListener("loadedmetadata", resume, { once: true });
}
