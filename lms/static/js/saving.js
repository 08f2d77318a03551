// A sheet that saves itself: what is not saved yet is kept per person and sheet on this device, and sent when it can be.
const PAUSE = 300; // milliseconds between the last change and the request
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
const REFUSED = 409;
const SIGNED_OUT = [400, 401, 403];

function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function keep(key, { queue, about }) {
  try {
    if (Object.keys(queue).length) localStorage.setItem(key, JSON.stringify({ queue, about }));
    else localStorage.removeItem(key);
  } catch {
    // No storage here (a private window): the queue lives as long as the page.
  }
}

export class Saver {
  #timer;
  #busy = false;
  #wait = FIRST_WAIT;

  /**
   * `form` carries data-sheet (the key) and the words of its status line. `body(queue)` makes what is sent;
   * `saved(answer, sent)` and `refused(answer, sent)` hear what became of it, `signedOut()` that nobody is signed in.
   */
  constructor(form, { body, saved, refused, signedOut = () => {} }) {
    Object.assign(this, { form, body, saved, refused, signedOut });
    this.words = form.dataset;
    this.status = form.querySelector(".status");
    this.key = `lms:${this.words.sheet}`;
    const { queue = {}, about = {} } = kept(this.key);
    Object.assign(this, { queue, about, sendings: 0 });
    addEventListener("online", () => this.#again());
    addEventListener("pagehide", () => this.flush());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.flush();
    });
  }

  /** Changes by row: they go into the queue, and out with the next request. `about`: what is kept beside them. */
  put(changes, said = "", about = {}) {
    Object.assign(this.queue, changes);
    Object.assign(this.about, about);
    this.said = said;
    keep(this.key, this);
    this.say("busy", this.words.saving);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), PAUSE);
  }

  /** Take rows out of the queue. */
  drop(ids) {
    for (const id of ids) {
      delete this.queue[id];
      delete this.about[id];
    }
    keep(this.key, this);
  }

  /** Whether a request is under way: what the server says beside it may be from before or after it. */
  get busy() {
    return this.#busy;
  }

  say(kind, text) {
    this.status.dataset.k = kind;
    this.status.querySelector("span").textContent = text;
  }

  async flush() {
    if (this.#busy || !Object.keys(this.queue).length) return;
    this.#busy = true;
    this.sendings += 1;
    clearTimeout(this.#timer);
    const sent = { ...this.queue };
    try {
      await this.#hear(await this.#post(sent), sent);
    } catch {
      this.#later(this.words.offline);
    }
    this.#busy = false;
    if (this.status.dataset.k !== "off") this.flush();
  }

  #post(sent) {
    const token = document.querySelector("meta[name=csrf]").content;
    return fetch(this.form.action, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(this.body(sent)),
      redirect: "manual",
      keepalive: true,
    });
  }

  async #hear(response, sent) {
    if (response.type === "opaqueredirect" || SIGNED_OUT.includes(response.status)) {
      this.say("off", this.#counted(this.words.signedOut));
      this.signedOut();
    } else if (response.status === REFUSED) {
      this.drop(Object.keys(sent));
      this.refused(await response.json(), sent);
    } else if (!response.ok) {
      this.#later(this.words.failed);
    } else {
      this.#done(await response.json(), sent);
    }
  }

  #done(answer, sent) {
    this.drop(Object.keys(sent).filter((id) => this.queue[id] === sent[id]));
    this.saved(answer, sent);
    this.#wait = FIRST_WAIT;
    if (Object.keys(this.queue).length) return; // changed meanwhile: not all is saved yet
    const time = new Date(answer.at).toLocaleTimeString(document.documentElement.lang);
    this.say("ok", [this.said, `${this.words.saved} ${time}`].filter(Boolean).join(" · "));
    this.said = "";
  }

  #later(words) {
    this.say("off", this.#counted(words));
    this.#timer = setTimeout(() => this.flush(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }

  #again() {
    this.#wait = FIRST_WAIT;
    this.flush();
  }

  #counted(words) {
    return words.replace("{n}", Object.keys(this.queue).length);
  }
}
