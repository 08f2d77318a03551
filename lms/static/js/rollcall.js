// Keys of a roll call: people by number or by the initial consonants of their names, marks under the right hand.
// By the place of a key, since a Korean keyboard may be composing letters; only while the focus is inside the list.
const CONSONANTS = Object.fromEntries(
  [..."QㅂWㅈEㄷRㄱTㅅAㅁSㄴDㅇFㄹGㅎZㅋXㅌCㅊVㅍ".matchAll(/(.)(.)/g)].map(([, key, letter]) => [`Key${key}`, letter]),
);
const MARK_KEYS = {
  KeyH: "present",
  KeyJ: "late",
  KeyK: "left_early",
  KeyL: "stepped_out",
  Semicolon: "absent",
  Quote: "excused",
};
const INITIALS = "ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅㅇㅈㅈㅊㅋㅌㅍㅎ"; // double ones are typed as single ones
const [FIRST, LAST, PER_INITIAL] = [0xac00, 0xd7a3, 588];

function initials(name) {
  const letters = [...name].map((letter) => letter.codePointAt(0)).filter((code) => code >= FIRST && code <= LAST);
  return letters.map((code) => INITIALS[Math.floor((code - FIRST) / PER_INITIAL)]).join("");
}

/**
 * Listen to the keys of `sheet`: rows (as they are now), mark(row, mark) and name(row, mark) (an exception), rest(), clear(row),
 * undo(), isOpen(row), detail(row) (the field of its minutes or ground, if it has one), typed (element that shows what was typed).
 */
export function takeKeys(body, sheet) {
  const numberOf = (row) => row.querySelector(".no").textContent.trim();
  const nameOf = (row) => row.querySelector("th b").textContent;
  const beside = (row, step) => sheet.rows[sheet.rows.indexOf(row) + step];
  let typed = ""; // digits of a number, or consonants of a name, that is not complete
  let named = null; // the row that was last named: a mark given now is for it, and the focus stays

  function focus(row) {
    if (!row) return;
    (row.querySelector("[type=radio]:checked") ?? row.querySelector("[type=radio]")).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function show(text, found = []) {
    for (const row of sheet.rows) row.classList.toggle("found", found.includes(row));
    sheet.typed.textContent = text;
  }

  function forget() {
    typed = "";
    show("");
  }

  function name(row, mark) {
    forget();
    named = row;
    sheet.name(row, mark);
    focus(row);
  }

  // A number is complete with as many digits as the last one has ("07" of 40), or when none can follow ("7" of 40).
  function digit(key) {
    typed = /^\d/.test(typed) ? typed + key : key;
    const numbers = sheet.rows.map(numberOf);
    const width = Math.max(...numbers.map((number) => number.length));
    const goesOn = (number) => number.padStart(width, "0").startsWith(typed) || (number.startsWith(typed) && number !== typed);
    if (typed.length < width && numbers.some(goesOn)) show(typed);
    else take(numbered(), "absent");
  }

  const numbered = () => sheet.rows.find((row) => Number(numberOf(row)) === Number(typed));
  const matching = () => sheet.rows.filter((row) => initials(nameOf(row)).startsWith(typed));
  const meant = (row) => (/\d/.test(typed) ? numbered() : row);

  function take(row, mark) {
    if (row) return name(row, mark);
    const asked = typed;
    forget();
    show(`${asked} ✕`);
  }

  function search(letters) {
    typed = letters;
    const found = matching();
    if (!found.length) return take();
    show(found.length > 1 ? `${typed} ${found.length}` : `${typed} ${nameOf(found[0])}`, found);
    focus(found[0]);
  }

  function back() {
    if (/\D/.test(typed) && typed.length > 1) search(typed.slice(0, -1));
    else forget();
  }

  function move(row, step) {
    named = null;
    const found = /^\D/.test(typed) ? matching() : [];
    focus(found.length ? found[(found.indexOf(row) + step + found.length) % found.length] : beside(row, step));
  }

  function mark(row, mark, withDetail) {
    const target = meant(row);
    if (typed) take(target, mark);
    else sheet.mark(row, mark);
    if (withDetail && target) into(target);
    else if (target === row && row !== named) focus(beside(row, 1) ?? row);
  }

  function into(row) {
    const field = sheet.detail(row);
    field?.focus();
    field?.select?.();
  }

  function enter(row) {
    if (typed) take(meant(row), "absent");
    else into(row);
  }

  function nextOpen(row) {
    named = null;
    focus(sheet.rows.slice(sheet.rows.indexOf(row) + 1).find(sheet.isOpen) ?? sheet.rows.find(sheet.isOpen));
  }

  function actionOf({ code, shiftKey }, row) {
    const number = code.match(/^(?:Digit|Numpad)(\d)$/)?.[1];
    if (number && !shiftKey) return () => digit(number);
    if (code === "KeyM" || (code === "KeyA" && shiftKey)) return sheet.rest;
    if (CONSONANTS[code]) return () => search((/^\D/.test(typed) ? typed : "") + CONSONANTS[code]);
    if (MARK_KEYS[code]) return () => mark(row, MARK_KEYS[code], shiftKey);
    return {
      ArrowDown: () => move(row, 1),
      ArrowUp: () => move(row, -1),
      Backspace: back,
      Delete: () => sheet.clear(row),
      Enter: () => enter(row),
      Escape: typed && forget,
      KeyN: () => nextOpen(row),
      NumpadEnter: () => enter(row),
    }[code];
  }

  // In a field of minutes only Enter means something: back to the list.
  function leave(row) {
    focus(row === named ? row : (beside(row, 1) ?? row));
  }

  body.addEventListener("keydown", (event) => {
    const row = event.target.closest("tr");
    const typing = event.target.matches(".detail *");
    const withControl = event.ctrlKey || event.metaKey;
    let act;
    if (withControl && event.code === "KeyZ" && !typing) act = () => focus(sheet.undo());
    else if (typing && ["Enter", "NumpadEnter"].includes(event.code)) act = () => leave(row);
    else if (!typing && !withControl && !event.altKey) act = actionOf(event, row);
    if (!act) return;
    event.preventDefault();
    act();
  });
  body.addEventListener("pointerdown", () => {
    named = null;
    forget();
  });
  return focus;
}
