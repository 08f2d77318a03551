// What every page needs: theme, toasts, the search key, dialogs, printing, dropped files, and what htmx should know.
const root = document.documentElement;
const words = document.body.dataset;
const toasts = document.getElementById("toasts");
const STAY = 10_000; // milliseconds

// Theme: the cookie lets the server draw the next page right from the start.
function toggleTheme() {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
}

// Toasts: one live region; each stays ten seconds, longer while the mouse or the focus is on it.
function expire(element) {
  let timer;
  const hold = () => clearTimeout(timer);
  const go = () => {
    hold();
    timer = setTimeout(() => element.remove(), STAY);
  };
  element.addEventListener("mouseenter", hold);
  element.addEventListener("focusin", hold);
  element.addEventListener("mouseleave", go);
  element.addEventListener("focusout", go);
  if (!element.contains(document.activeElement)) go();
}

/** Say `text`; with `label` and `act` it carries a button, such as an undo. */
export function toast(text, { label, act, bad = false } = {}) {
  const element = document.createElement("div");
  element.className = bad ? "toast bad" : "toast";
  element.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (label) {
    const button = Object.assign(document.createElement("button"), { className: "btn", type: "button", textContent: label });
    button.addEventListener("click", () => {
      act();
      element.remove();
    });
    element.append(button);
  }
  toasts.append(element);
}

const isToast = (node) => node.nodeType === Node.ELEMENT_NODE;
[...toasts.children].forEach(expire);
new MutationObserver((changes) => {
  for (const change of changes) [...change.addedNodes].filter(isToast).forEach(expire);
}).observe(toasts, { childList: true });
toasts.addEventListener("submit", (event) => {
  const used = event.target.closest(".toast");
  setTimeout(() => used.remove());
});

// Clicks by attribute.
document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at("[data-theme-toggle]")) toggleTheme();
  if (at("[data-print]")) print();
  const opener = at("[data-open]");
  if (opener) document.querySelector(opener.dataset.open).showModal();
  if (at("[data-close]")) at("dialog").close();
});

/** The cache of pages that open without a network: this person's, as this version of the application draws them. */
export const keptIn = `lms:${words.person}:${new URL(import.meta.url).pathname.split("/")[2]}`;

// Whatever pages another person, or another version, left on this device is dropped by the next page that opens.
async function forgetPages(keep) {
  const names = (await globalThis.caches?.keys()) ?? []; // there is none on plain addresses
  for (const name of names) if (name.startsWith("lms:") && name !== keep) caches.delete(name);
}
forgetPages(keptIn);

// Signing out forgets what sheets kept on this device: the answer's Clear-Site-Data is heeded on secure addresses only.
document.addEventListener("submit", (event) => {
  if (!event.target.action.endsWith("/sign-out")) return;
  for (const key of Object.keys(localStorage)) if (key.startsWith("lms:")) localStorage.removeItem(key);
  forgetPages();
});

// "/" goes to the search field, but never while somebody types.
const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
document.addEventListener("keydown", (event) => {
  const search = document.querySelector("[data-search]");
  if (!search || event.code !== "Slash" || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  search.focus();
});

// Tabs that do not all fit: the open one is in sight.
for (const open of document.querySelectorAll(".subnav [aria-current]")) {
  const tabs = open.parentElement;
  tabs.scrollLeft = open.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - open.offsetWidth) / 2;
}

// A file dropped on its field.
for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector("input[type=file]");
  const over = (on) => (event) => {
    event.preventDefault();
    zone.classList.toggle("over", on);
  };
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", (event) => {
    over(false)(event);
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// A form on its way shows it on its button: until the next page, or for ten seconds where a file came instead.
const ON_ITS_WAY = "htmx-request";
document.addEventListener("submit", ({ target, submitter, defaultPrevented }) => {
  if (defaultPrevented || target.method !== "post" || target.hasAttribute("hx-post")) return;
  setTimeout(() => submitter?.classList.add(ON_ITS_WAY)); // after the browser has read the form
  setTimeout(() => submitter?.classList.remove(ON_ITS_WAY), 10_000);
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll(`button.${ON_ITS_WAY}`)) button.classList.remove(ON_ITS_WAY);
});

// htmx: send the token; swap what explains itself (409, 422), say the rest; never swap a page into a row.
const REFUSED = 409;
const INVALID = 422;
const CONTROLS = "input:not([type=hidden]), select, textarea";
document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf]").content;
});
document.addEventListener("htmx:after:request", (event) => {
  const { request, response } = event.detail.ctx;
  const landed = new URL(response.raw.url);
  if (!response.raw.redirected || landed.pathname === new URL(request.action, location).pathname) return;
  event.preventDefault();
  location.assign(landed);
});
document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail;
  if (ctx.response.status === INVALID) return;
  if (ctx.response.status === REFUSED) return refuse(ctx);
  ctx.swap = "none";
  toast(words.failed, { bad: true });
});
// The reason stands in place of the button that was refused, or above the fields of a form, which keep what was typed.
function refuse(ctx) {
  const source = ctx.sourceElement;
  source.querySelector(":scope > .note[role=alert]")?.remove();
  ctx.target = source;
  ctx.swap = source.querySelector(CONTROLS) ? "afterbegin" : "outerHTML";
}
document.addEventListener("htmx:error", () => toast(words.offline, { bad: true }));
