// The QR's code sends itself; the room's screen fills the screen, and keeps it awake.

// Scanned: the code leaves the address, so that going back sends nothing again.
const form = document.querySelector("[data-scanned] form");
if (form) {
  history.replaceState(null, "", location.pathname);
  form.requestSubmit();
}

const full = document.querySelector("[data-full]");
if (full) {
  full.hidden = !document.fullscreenEnabled;
  full.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
  const stayAwake = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => {});
  document.addEventListener("visibilitychange", stayAwake);
  stayAwake();
}
