// The sheet of a session: one tap or key a person, undo, keyboard, and a queue that outlives the network.
import { toast } from "./app.js";
import { Saver } from "./saving.js";

const form = document.querySelector("[data-sheet]");
const rows = [...form.querySelectorAll("tbody tr")];
const byId = new Map(rows.map((row) => [row.dataset.id, row]));
const undoButton = form.querySelector("[data-undo]");
const MARKS = ["present", "late", "left_early", "stepped_out", "absent", "excused"];
const WITH_MINUTES = MARKS.slice(1, 4);

// A row in words, as the server writes it: "late 20", "excused duty", "present", "".
const known = Object.fromEntries(rows.map((row) => [row.dataset.id, row.querySelector("[name^=was]")?.value ?? ""]));
const now = { ...known };
const isOpen = (row) => now[row.dataset.id] === "";
const part = (row, name) => row.querySelector(`[name^=${name}]`);

function inWords(row, mark) {
  if (WITH_MINUTES.includes(mark)) return `${mark} ${part(row, "minutes").value || form.dataset.usual}`;
  return mark === "excused" ? `${mark} ${part(row, "ground").value}` : mark;
}

function paint(row, words) {
  const [mark, detail] = words.split(" ");
  for (const radio of row.querySelectorAll("[type=radio]")) radio.checked = radio.value === mark;
  const minutes = part(row, "minutes");
  if (WITH_MINUTES.includes(mark)) minutes.value = detail ?? "";
  else if (minutes !== document.activeElement) minutes.value = "";
  if (mark === "excused" && detail) part(row, "ground").value = detail;
  now[row.dataset.id] = words;
}

function count() {
  const counts = Object.fromEntries(["", ...MARKS].map((mark) => [mark, 0]));
  for (const words of Object.values(now)) counts[words.split(" ")[0]] += 1;
  for (const place of form.querySelectorAll("[data-n]")) place.textContent = counts[place.dataset.n];
}

const saver = new Saver(form, {
  body: (sent) => ({ marks: sent, seen: known }),
  saved(answer, sent) {
    for (const [id, words] of Object.entries({ ...answer.foreign, ...answer.marks })) settle(id, words);
    for (const id of answer.gone) byId.get(String(id))?.remove();
    for (const sentence of answer.told) toast(sentence);
    if (answer.gone.length) forget(answer.gone.map(String));
    count();
  },
  refused(answer, sent) {
    for (const id of Object.keys(sent)) paint(byId.get(id), known[id]);
    count();
    saver.say("off", answer.refused);
    toast(answer.refused, { bad: true });
  },
});

function settle(id, words) {
  if (!(id in known)) return;
  known[id] = words;
  if (!(id in saver.queue)) paint(byId.get(id), words);
}

function forget(ids) {
  for (const id of ids) {
    delete known[id];
    delete now[id];
    byId.delete(id);
  }
  rows.splice(0, rows.length, ...byId.values());
}

// Changing, and taking back.
const undos = [];

function set(changes, said = "") {
  const before = changes.map(([row]) => [row, now[row.dataset.id]]);
  const differ = changes.filter(([row, words]) => now[row.dataset.id] !== words);
  if (!differ.length) return;
  undos.push(before);
  write(changes, said);
}

function write(changes, said = "") {
  for (const [row, words] of changes) paint(row, words);
  count();
  undoButton.hidden = !undos.length;
  saver.put(Object.fromEntries(changes.map(([row, words]) => [row.dataset.id, words])), said);
}

function undo() {
  const before = undos.pop()?.filter(([row]) => row.dataset.id in now);
  if (!before?.length) return;
  write(before);
  focus(before[0][0]);
}

function markRest() {
  const rest = rows.filter(isOpen);
  if (rest.length) set(rest.map((row) => [row, "present"]), form.dataset.all.replace("{n}", rest.length));
}

form.addEventListener("change", (event) => {
  const row = event.target.closest("tr[data-id]");
  if (!row) return;
  const mark = row.querySelector("[type=radio]:checked")?.value ?? "";
  if (event.target.type === "number") {
    event.target.value = Math.min(Math.max(Math.trunc(event.target.valueAsNumber || 0), 0), form.dataset.longest);
  } else if (event.target.type === "radio" && !WITH_MINUTES.includes(now[row.dataset.id].split(" ")[0])) {
    part(row, "minutes").value = "";
  }
  set([[row, inWords(row, mark)]]);
});
form.addEventListener("click", (event) => {
  if (event.target.closest("[data-rest]")) markRest();
  if (event.target.closest("[data-undo]")) undo();
});

// Keys, only while the focus is inside the list. Key codes, since a Korean keyboard may be composing letters.
function focus(row) {
  if (!row) return;
  const target = row.querySelector("[type=radio]:checked") ?? row.querySelector("[type=radio]");
  target.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

const beside = (row, step) => rows[rows.indexOf(row) + step];

function nextUnmarked(row) {
  return rows.slice(rows.indexOf(row) + 1).find(isOpen) ?? rows.find(isOpen);
}

function markAndGoOn(row, mark) {
  set([[row, inWords(row, mark)]]);
  focus(beside(row, 1) ?? row);
}

function actionOf(event, row) {
  const digit = Number(event.code.match(/^(?:Digit|Numpad)([0-6])$/)?.[1] ?? NaN);
  if (digit === 0 || event.code === "Delete") return () => set([[row, ""]]);
  if (digit) return () => markAndGoOn(row, MARKS[digit - 1]);
  if (event.code === "KeyA" && event.shiftKey) return markRest;
  if (event.code === "KeyN" && !event.shiftKey) return () => focus(nextUnmarked(row));
  return { ArrowDown: () => focus(beside(row, 1)), ArrowUp: () => focus(beside(row, -1)) }[event.code];
}

form.querySelector("tbody").addEventListener("keydown", (event) => {
  const row = event.target.closest("tr");
  const typing = event.target.matches("[type=number], select");
  const withControl = event.ctrlKey || event.metaKey;
  let act;
  if (withControl && event.code === "KeyZ" && !typing) act = undo;
  else if (typing && event.code === "Enter") act = () => focus(beside(row, 1) ?? row);
  else if (!typing && !withControl && !event.altKey) act = actionOf(event, row);
  if (!act) return;
  event.preventDefault();
  act();
});

// What a former page could not send, unless the server has it by now.
saver.drop(Object.keys(saver.queue).filter((id) => saver.queue[id] === known[id] || !byId.has(id)));
for (const [id, words] of Object.entries(saver.queue)) paint(byId.get(id), words);
count();
saver.flush();
if (matchMedia("(hover: hover) and (pointer: fine)").matches) focus(rows.find(isOpen));
