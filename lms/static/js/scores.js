// Scores of a run: Enter goes down the column, arrows go around, a pasted column fills it, every change saves itself.
// Totals, averages and who is near a limit follow what is typed.
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
  reckon(key.split("-")[1]);
}

// Totals as the server reckons them: whole hundredths of a point, rounded down.
const weights = form.dataset.weights.split(" ").map(Number);
const minima = form.dataset.minima.trim().split(" ").map((least) => (least === "-" ? null : Number(least)));
const needed = form.dataset.needed === undefined ? null : Number(form.dataset.needed);
const NEAR = 100;
const rows = new Map();
for (const place of form.querySelectorAll("[data-cell], [data-fixed]")) {
  const [part, person] = (place.dataset.cell ?? place.dataset.fixed).split("-");
  rows.set(person, rows.get(person) ?? []);
  rows.get(person)[part] = place;
}

const hundredths = (text) => (text && SCORE.test(text) ? Math.round(Number(text) * 100) : null);
const pointsOf = (place) => hundredths((place.value ?? place.textContent).trim());
const near = (points, limit) => points !== null && limit !== null && Math.abs(points - limit) <= NEAR;
const written = (points) => String(points / 100);

function totalOf(points) {
  if (points.includes(null)) return null;
  return Math.floor(points.reduce((sum, one, part) => sum + one * weights[part], 0) / 100);
}

const totals = new Map();

function reckon(person, quiet = false) {
  const places = rows.get(person);
  const points = places.map(pointsOf);
  const total = totalOf(points);
  const alone = places.length === 1;
  totals.set(person, total);
  places.forEach((place, part) => {
    place.closest("td").classList.toggle("near", near(points[part], minima[part]) || (alone && near(total, needed)));
  });
  const cell = form.querySelector(`[data-total="${person}"]`);
  if (cell) {
    cell.textContent = total === null ? "" : written(total);
    cell.classList.toggle("near", near(total, needed));
  }
  if (!quiet) sumUp();
}

function sumUp() {
  const mean = (all) => {
    const known = all.filter((one) => one !== null);
    return known.length ? written(Math.floor(known.reduce((sum, one) => sum + one, 0) / known.length)) : "–";
  };
  for (const cell of form.querySelectorAll("[data-average]")) {
    const part = cell.dataset.average;
    cell.textContent = mean(part === "total" ? [...totals.values()] : [...rows.values()].map((row) => pointsOf(row[part])));
  }
  const count = document.querySelector("[data-near]");
  if (count) count.textContent = [...totals.values()].filter((total) => near(total, needed)).length;
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

function aside(cell, step) {
  const row = cells.filter((other) => other.dataset.cell.split("-")[1] === cell.dataset.cell.split("-")[1]);
  const next = row[row.indexOf(cell) + step];
  next?.focus();
  next?.select();
  return Boolean(next);
}

// Left and right leave a cell at its end; within a number they move in it.
form.addEventListener("keydown", (event) => {
  const cell = event.target.closest("[data-cell]");
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.code];
  if (!cell || !step || event.shiftKey || event.isComposing) return;
  const atEnd = step < 0 ? cell.selectionStart === 0 : cell.selectionEnd === cell.value.length;
  if (!atEnd) return;
  take([cell]);
  if (aside(cell, step)) event.preventDefault();
});

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
for (const person of rows.keys()) reckon(person, true);
sumUp();
