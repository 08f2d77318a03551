// Opens the sheet of a session without a network. What is kept is one person's: app.js drops everybody else's.
const SHEET = /^\/sessions\/\d+\/attendance(?:\/marks)?$/;
const NOT_YOURS = [401, 403, 404];
const DAY = 86_400_000; // milliseconds after which a page with names is shown no more

addEventListener("install", () => skipWaiting());

// A sheet says what it needs: { into: name of the cache, page: its path, assets: addresses }.
addEventListener("message", (event) => event.waitUntil(keep(event.data)));

async function keep({ into, page, assets }) {
  const cache = await caches.open(into);
  const known = await Promise.all(assets.map((asset) => cache.match(asset)));
  await cache.addAll(assets.filter((_asset, n) => !known[n]));
  const response = await fetch(page, { redirect: "manual" });
  if (response.ok) await cache.put(page, response);
}

addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/static/")) event.respondWith(asset(event.request));
  else if (SHEET.test(pathname)) event.respondWith(sheet(event.request));
});

const kept = (request) => caches.match(request, { ignoreSearch: true, ignoreVary: true });

async function asset(request) {
  return (await kept(request)) ?? fetch(request);
}

async function sheet(request) {
  try {
    const response = await fetch(request);
    if (response.type === "opaqueredirect" || NOT_YOURS.includes(response.status)) await forget();
    return response;
  } catch (error) {
    const found = await kept(request);
    if (!found || Date.now() - Date.parse(found.headers.get("date")) > DAY) throw error;
    return found;
  }
}

async function forget() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("lms:")).map((name) => caches.delete(name)));
}
