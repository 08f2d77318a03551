// Puts applicants in order by dragging, by the arrow buttons and by typing, without asking the server.
// Without it the buttons send the form, which comes back in the new order.

const form = document.getElementById("ranking");
const body = form?.querySelector("tbody");

const field = (row) => row.querySelector("input");
const rows = () => [...body.rows].filter((row) => field(row).value !== "");

function renumber(moved) {
  rows().forEach((row, place) => { field(row).value = place + 1; });
  if (!moved) return;
  const said = form.dataset.moved.replace("{name}", moved.querySelector("th").textContent.trim());
  form.querySelector("[data-said]").textContent = said.replace("{n}", field(moved).value);
}

function step(button) {
  const row = button.closest("tr");
  const up = button.value.endsWith("up");
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  up ? other.before(row) : other.after(row);
  renumber(row);
  button.focus();
}

function drag() {
  let held = null;
  for (const row of body.rows) row.draggable = true;
  body.addEventListener("dragstart", (event) => {
    held = event.target.closest("tr");
    held.classList.add("moving");
    event.dataTransfer.effectAllowed = "move";
  });
  body.addEventListener("dragover", (event) => {
    const over = event.target.closest("tr");
    if (!held || !over) return;
    event.preventDefault();
    if (over === held) return;
    const { top, height } = over.getBoundingClientRect();
    event.clientY < top + height / 2 ? over.before(held) : over.after(held);
  });
  body.addEventListener("dragend", () => {
    held.classList.remove("moving");
    renumber(held);
    held = null;
  });
}

if (body) {
  drag();
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=move]");
    if (!button) return;
    event.preventDefault();
    step(button);
  });
}
