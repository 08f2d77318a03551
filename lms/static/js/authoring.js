// Writing lessons: the length of a file is measured here, a long upload shows how far it is, and nothing written is left by mistake.
const SECONDS = 60;
const measured = new Audio();

function clock(seconds) {
  const whole = Math.max(1, Math.round(seconds));
  return `${Math.floor(whole / SECONDS)}:${String(whole % SECONDS).padStart(2, "0")}`;
}

document.addEventListener("change", ({ target }) => {
  const field = target.form?.querySelector("[name=length]");
  if (target.type !== "file" || !field || !target.files.length) return;
  const url = URL.createObjectURL(target.files[0]);
  measured.onloadedmetadata = () => {
    if (Number.isFinite(measured.duration)) field.value = clock(measured.duration);
    URL.revokeObjectURL(url);
  };
  measured.onerror = () => URL.revokeObjectURL(url);
  measured.src = url;
});

// A long upload: sent here so that one sees it come along; the answer takes the page's place.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(".sending") || !form.elements.file.files.length) return;
  event.preventDefault();
  send(form, form.querySelector(".status"));
});

function send(form, status) {
  const [bar, words] = status.children;
  const request = new XMLHttpRequest();
  const done = () => {
    form.removeAttribute("aria-busy");
    form.querySelector("button").disabled = false;
  };
  form.setAttribute("aria-busy", "true");
  form.querySelector("button").disabled = true;
  status.hidden = false;
  request.upload.onprogress = ({ loaded, total }) => {
    bar.value = Math.floor((100 * loaded) / total);
    words.textContent = `${status.dataset.sending} ${bar.value}%`;
  };
  request.onerror = () => {
    done();
    words.textContent = status.dataset.lost;
  };
  request.onload = () => show(request);
  request.open("POST", form.action);
  request.send(new FormData(form));
}

function show(request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  for (const part of ["main", "toasts"]) {
    const fresh = page.getElementById(part);
    if (!fresh) return location.reload();
    document.getElementById(part).replaceWith(fresh);
  }
  document.title = page.title;
  window.htmx?.process(document.getElementById("main"));
  const wrong = document.querySelector(".errors, #file-card .note");
  (wrong ?? document.getElementById("main")).focus();
}

// Nothing that was written is left by mistake.
let unsaved = false;
document.addEventListener("input", ({ target }) => (unsaved ||= target.form?.matches(".unsaved") ?? false));
document.addEventListener("submit", () => (unsaved = false));
addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
