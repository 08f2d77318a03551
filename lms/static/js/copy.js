// Copies the value of a field: <button data-copy="#field" data-done="Copied">.

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const field = document.querySelector(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.select(); // not a secure page: the person copies what is marked
    document.execCommand("copy");
  }
  button.querySelector("span").textContent = button.dataset.done;
});

for (const button of document.querySelectorAll("[data-copy]")) {
  document.querySelector(button.dataset.copy).addEventListener("focus", ({ target }) => target.select());
}
