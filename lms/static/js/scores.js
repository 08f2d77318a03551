// Scores of a run: Enter goes down the column, a pasted column fills it, every change saves itself.
import { toast } from "./app.js";
import { Saver } from "./saving.js";

const form = document.querySelector("[data-sheet]");
const cells = [...form.querySelectorAll("[data-cell]")];
const byKey = new Map(cells.map((cell) => [cell.dataset.cell, cell]));
const undoButton = form.querySelector("[data-undo]");
const paste = document.querySelector("[data-paste]");
const SCORE = /^(?:100(?:\.0{1,2})?|\d{1,2}(?:\.\d{1,2})?)?$/;

const known = Object.fromEntries(cells.map((cell) => [cell.dataset.cell, cell.defaultValue]));
const now = { ...known };

const saver = new Saver(form, {
  body: (sent) => ({ scores: sent }),
  saved: (_answer, sent) => Object.assign(known, sent),
  refused(answer, sent) {
    for (const key of Object.keys(sent)) show(key, known[key]);
    saver.say("off", answer.refused);
    toast(answer.refused, { bad: true });
  },
});

function show(key, value) {
  byKey.get(key).value = value;
  now[key] = value;
  check(byKey.get(key));
}

function check(cell) {
  const right = SCORE.test(cell.value.trim());
  cell.setCustomValidity(right ? "" : form.dataset.invalid);
  if (right) cell.removeAttribute("aria-invalid");
  else cell.setAttribute("aria-invalid", "true");
  return right;
}

// Changing, and taking back.
const undos = [];

function take(changed) {
  const right = changed.filter((cell) => check(cell) && cell.value.trim() !== now[cell.dataset.cell]);
  if (!right.length) return;
  undos.push(right.map((cell) => [cell.dataset.cell, now[cell.dataset.cell]]));
  write(right.map((cell) => [cell.dataset.cell, cell.value.trim()]));
}

function write(changes) {
  for (const [key, value] of changes) show(key, value);
  undoButton.hidden = !undos.length;
  saver.put(Object.fromEntries(changes));
}

undoButton.addEventListener("click", () => {
  const before = undos.pop();
  write(before);
  byKey.get(before[0][0]).focus();
});

form.addEventListener("change", (event) => take([event.target])); // a bubble here would swallow the next click

// Moving in the column.
const part = (cell) => cell.dataset.cell.split("-")[0];
const column = (cell) => cells.filter((other) => part(other) === part(cell));

function go(cell, step) {
  const list = column(cell);
  const next = list[list.indexOf(cell) + step];
  next?.focus();
  next?.select();
}

form.addEventListener("keydown", (event) => {
  const cell = event.target.closest("[data-cell]");
  const step = { Enter: event.shiftKey ? -1 : 1, NumpadEnter: 1, ArrowDown: 1, ArrowUp: -1 }[event.code];
  if (!cell || !step || event.isComposing) return;
  event.preventDefault();
  take([cell]);
  if (cell.reportValidity()) go(cell, step);
});

// A column of a spreadsheet fills this one from here on; a table with names goes to the comparison.
form.addEventListener("paste", (event) => {
  const cell = event.target.closest("[data-cell]");
  const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
  if (!cell || !/[\n\t]/.test(text)) return;
  event.preventDefault();
  if (text.includes("\t")) return compare(text);
  const from = column(cell).slice(column(cell).indexOf(cell));
  const filled = text.split(/\r?\n/).slice(0, from.length).map((line, n) => {
    from[n].value = line.trim();
    return from[n];
  });
  take(filled);
  filled.find((other) => !other.validity.valid)?.reportValidity();
});

function compare(text) {
  paste.open = true;
  paste.querySelector("textarea").value = text;
  paste.querySelector("button").focus();
}

// What a former page could not send, unless the server has it by now.
saver.drop(Object.keys(saver.queue).filter((key) => saver.queue[key] === known[key] || !byKey.has(key)));
for (const [key, value] of Object.entries(saver.queue)) show(key, value);
saver.flush();
