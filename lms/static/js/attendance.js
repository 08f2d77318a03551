// The sheet of a session: one tap or key a person, undo, others who mark it too, and what it needs without a network.
import { keptIn, toast } from "./app.js";
import { takeKeys } from "./rollcall.js";
import { Saver } from "./saving.js";

const form = document.querySelector("[data-sheet]");
const words = form.dataset;
const rows = [...form.querySelectorAll("tbody tr")];
const byId = new Map(rows.map((row) => [row.dataset.id, row]));
const undoButton = form.querySelector("[data-undo]");
const MARKS = ["present", "late", "left_early", "stepped_out", "absent", "excused"];
const WITH_MINUTES = MARKS.slice(1, 4);
const LOOK_AGAIN = 15_000; // milliseconds between two looks at what others did
const FEW = 3; // more are told together

// A row in words, as the server writes it: "late 20", "excused duty", "present", "". It also reads "late 09:20".
const known = Object.fromEntries(rows.map((row) => [row.dataset.id, row.querySelector("[name^=was]")?.value ?? ""]));
const now = { ...known };
const idOf = (row) => row.dataset.id;
const markOf = (row) => now[idOf(row)].split(" ")[0];
const isOpen = (row) => now[idOf(row)] === "";
const part = (row, name) => row.querySelector(`[name^=${name}]`);

function inWords(row, mark) {
  const typed = markOf(row) === mark ? part(row, "minutes").value : ""; // minutes late are none of leaving early
  if (WITH_MINUTES.includes(mark)) return `${mark} ${told(mark, typed) ?? words.usual}`;
  return mark === "excused" ? `${mark} ${part(row, "ground").value}` : mark;
}

// Minutes, or times: "20", "0920" → "09:20", "10:10 ~ 1040" → "10:10-10:40"; null for anything else.
const CLOCK = "((?:[01]?\\d|2[0-3]):?[0-5]\\d)";
const TIMES = { one: new RegExp(`^${CLOCK}$`), two: new RegExp(`^${CLOCK}[ ~–-]*${CLOCK}$`) };

function told(mark, typed) {
  const text = typed.trim();
  if (/^\d{1,3}$/.test(text)) return String(Math.min(text, words.longest));
  const found = text.match(mark === "stepped_out" ? TIMES.two : TIMES.one)?.slice(1);
  const clocks = found?.map((clock) => clock.replace(":", "").padStart(4, "0"));
  if (!clocks || clocks[0] > clocks.at(-1)) return null;
  return clocks.map((clock) => `${clock.slice(0, 2)}:${clock.slice(2)}`).join("-");
}

function paint(row, mark) {
  const [name, detail] = mark.split(" ");
  for (const radio of row.querySelectorAll("[type=radio]")) radio.checked = radio.value === name;
  const minutes = part(row, "minutes");
  if (WITH_MINUTES.includes(name)) minutes.value = detail ?? "";
  else if (minutes !== document.activeElement) minutes.value = "";
  if (name === "excused" && detail) part(row, "ground").value = detail;
  now[idOf(row)] = mark;
}

function count() {
  const counts = Object.fromEntries(["", ...MARKS].map((mark) => [mark, 0]));
  for (const mark of Object.values(now)) counts[mark.split(" ")[0]] += 1;
  for (const place of form.querySelectorAll("[data-n]")) place.textContent = counts[place.dataset.n];
}

// Saving. Beside each unsent mark stands when it was made and what stood there then, so that the server can tell which
// of two devices was later. A mark of "the rest" is older than any (`made` 0): it never takes the place of another.
const secondsSince = (made) => Math.max(Date.now() - made, 1) / 1000;

const saver = new Saver(form, {
  body: (sent) => {
    const unsent = Object.entries(saver.about).filter(([id]) => id in sent);
    const bases = Object.fromEntries(unsent.map(([id, { base }]) => [id, base]));
    const ages = Object.fromEntries(unsent.map(([id, { made }]) => [id, secondsSince(made)]));
    return { marks: sent, seen: { ...known, ...bases }, ages };
  },
  saved(answer) {
    for (const [id, mark] of Object.entries({ ...answer.foreign, ...answer.marks })) settle(id, mark);
    for (const [id, text] of Object.entries(answer.notes)) note(id, text);
    for (const id of answer.gone) byId.get(String(id))?.remove();
    if (answer.gone.length) forget(answer.gone.map(String));
    tell(answer.told);
    offerBack(Object.entries(answer.overruled));
    count();
    keepMarks();
  },
  refused(answer, sent) {
    for (const id of Object.keys(sent)) paint(byId.get(id), known[id]);
    count();
    saver.say("off", answer.refused);
    toast(answer.refused, { bad: true });
  },
  signedOut: () => globalThis.caches?.delete(keptIn),
});

function settle(id, mark) {
  if (!(id in known)) return;
  known[id] = mark;
  if (id in saver.queue) saver.about[id].base = mark;
  else paint(byId.get(id), mark);
}

function forget(ids) {
  for (const id of ids) {
    delete known[id];
    delete now[id];
    byId.delete(id);
  }
  rows.splice(0, rows.length, ...byId.values());
}

// Others who mark the same sheet.
function note(id, text) {
  const row = byId.get(id);
  if (!row) return;
  const place = row.querySelector(".by") ?? row.querySelector("th").appendChild(document.createElement("small"));
  place.className = "by";
  place.textContent = text;
}

function tell(sentences) {
  if (sentences.length > FEW) toast(words.others.replace("{n}", sentences.length));
  else for (const sentence of sentences) toast(sentence);
}

function offerBack(overruled) {
  const theirs = overruled.filter(([id]) => byId.has(id));
  if (!theirs.length) return;
  const act = () => set(theirs.map(([id, mark]) => [byId.get(id), mark]));
  toast(words.overruled.replace("{n}", theirs.length), { label: words.theirs, act });
}

async function look() {
  if (document.hidden || saver.busy) return; // what is being saved may not stand in the answer yet
  const sendings = saver.sendings;
  const response = await fetch(`${location.pathname}/marks`, { redirect: "manual" }).catch(() => null);
  if (!response?.ok) return;
  const { marks, notes } = await response.json();
  if (sendings === saver.sendings) merge(marks, notes);
}

function merge(marks, notes) {
  const news = Object.keys(known).filter((id) => id in marks && marks[id] !== known[id] && !(id in saver.queue));
  for (const id of news) settle(id, marks[id]);
  for (const id of news.filter((one) => one in notes)) note(id, notes[id]);
  tell(news.filter((id) => id in notes).map((id) => `${byId.get(id).querySelector("b").textContent}: ${notes[id]}`));
  if (Object.keys(marks).sort().join() !== Object.keys(known).sort().join()) askToReload();
  count();
}

let asked = false;
function askToReload() {
  if (asked) return;
  asked = true;
  toast(words.changed, { label: words.reload, act: () => location.reload() });
}

setTimeout(look, navigator.onLine ? LOOK_AGAIN / 5 : 0);
setInterval(look, LOOK_AGAIN);
addEventListener("focus", look);
addEventListener("online", look);

// Changing, and taking back.
const undos = [];

function set(changes, said = "", made = Date.now()) {
  const before = changes.map(([row]) => [row, now[idOf(row)]]);
  const differ = changes.filter(([row, mark]) => now[idOf(row)] !== mark);
  if (!differ.length) return;
  undos.push(before);
  write(differ, said, (row) => (markOf(row) === "present" ? made : Date.now()));
}

function write(changes, said = "", made = Date.now) {
  const about = {};
  for (const [row, mark] of changes) {
    paint(row, mark);
    about[idOf(row)] = { made: made(row), base: saver.about[idOf(row)]?.base ?? known[idOf(row)] };
  }
  count();
  undoButton.hidden = !undos.length;
  saver.put(Object.fromEntries(changes.map(([row, mark]) => [idOf(row), mark])), said, about);
}

function undo() {
  const before = undos.pop()?.filter(([row]) => idOf(row) in now);
  if (!before?.length) return null;
  write(before);
  return before.at(-1)[0];
}

const present = (open) => open.map((row) => [row, "present"]);
const allPresent = (n) => words.all.replace("{n}", n);

function markRest() {
  const rest = rows.filter(isOpen);
  if (rest.length) set(present(rest), allPresent(rest.length), 0);
}

// An exception. The first ones named once class has begun, on a sheet without marks, say that everybody else is there.
function name(row, mark) {
  const begins = Date.now() >= words.starts && rows.every((one) => isOpen(one) || markOf(one) === "excused");
  const rest = begins ? rows.filter((one) => one !== row && isOpen(one)) : [];
  set([...present(rest), [row, inWords(row, mark)]], rest.length ? allPresent(rest.length) : "", rest.length ? 0 : Date.now());
  if (rest.length) toast(words.except.replace("{n}", rest.length), { label: words.takeBack, act: undo });
}

form.addEventListener("change", (event) => {
  const row = event.target.closest("tr[data-id]");
  if (!row) return;
  const mark = row.querySelector("[type=radio]:checked")?.value ?? "";
  if (event.target === part(row, "minutes")) {
    const right = told(mark, event.target.value) !== null;
    event.target.setCustomValidity(right ? "" : words.invalid);
    event.target.setAttribute("aria-invalid", !right);
    if (!right) return event.target.reportValidity();
  }
  set([[row, inWords(row, mark)]]);
});
form.addEventListener("click", (event) => {
  if (event.target.closest("[data-rest]")) markRest();
  if (event.target.closest("[data-undo]")) focus(undo());
});

const focus = takeKeys(form.querySelector("tbody"), {
  rows,
  isOpen,
  name,
  undo,
  rest: markRest,
  mark: (row, mark) => set([[row, inWords(row, mark)]]),
  clear: (row) => set([[row, ""]]),
  detail: (row) => ({ excused: part(row, "ground") })[markOf(row)] ?? (WITH_MINUTES.includes(markOf(row)) ? part(row, "minutes") : null),
  typed: form.querySelector("[data-typed]"),
});

// What a former page could not send, unless the server has it by now.
saver.drop(Object.keys(saver.queue).filter((id) => saver.queue[id] === known[id] || !byId.has(id)));
for (const [id, mark] of Object.entries(saver.queue)) paint(byId.get(id), mark);
count();
saver.flush();
if (matchMedia("(hover: hover) and (pointer: fine)").matches) focus(rows.find(isOpen) ?? rows[0]);

// Without a network the page is opened from what the service worker kept of it, with the marks as they stood.
async function keepMarks() {
  const headers = { "Content-Type": "application/json", Date: new Date().toUTCString() };
  const cache = await globalThis.caches?.open(keptIn);
  await cache?.put(`${location.pathname}/marks`, new Response(JSON.stringify({ marks: known, notes: {} }), { headers }));
}

async function prepare() {
  await navigator.serviceWorker.register("/service-worker.js", { scope: "/sessions/" });
  const { active } = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map(({ name: address }) => address);
  const assets = loaded.filter((address) => address.startsWith(`${location.origin}/static/`));
  active.postMessage({ into: keptIn, page: location.pathname, assets });
  await keepMarks();
}

if (navigator.serviceWorker && navigator.onLine) addEventListener("load", () => prepare().catch(() => {}));
