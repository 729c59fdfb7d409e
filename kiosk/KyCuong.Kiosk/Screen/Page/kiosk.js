// The kiosk's page. It decides nothing: it shows what the agent says, at once, and says so when the agent is silent.
const $ = id => document.getElementById(id);
const icons = {
  good: "M4 13l5 5L20 6",
  plain: "M4 13l5 5L20 6",
  late: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l4 2",
  bad: "M5 5l14 14M19 5L5 19",
};
const silentAfterMs = 4000;
let state = null, panel = null, aheadMs = Date.now() - performance.now(), heardAt = performance.now(), page = null, hideTimer = 0, entry = null;

function view() {
  const silent = performance.now() - heardAt > silentAfterMs || !state;
  document.body.dataset.view = silent ? "gone" : entry && !state.stopped ? "entry" : panel ? "tap" : state.stopped ? "stopped" : "idle";
}

// Where a line must break, it breaks between these parts rather than within one.
const unbroken = (text, between) => text.split(between).flatMap((part, i) => [...(i ? [" "] : []), Object.assign(document.createElement("span"), { textContent: part })]);

function clock() {
  const now = new Date(performance.now() + aheadMs), zone = state ? state.timeZone : undefined;
  const text = new Intl.DateTimeFormat("vi-VN", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(now);
  $("clock").textContent = $("clock-small").textContent = text;
  const date = new Intl.DateTimeFormat("vi-VN", { timeZone: zone, weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(now);
  if ($("date").textContent !== date) $("date").replaceChildren(...unbroken(date, /(?<=^[^,]*,) /));
  view();
}

function showState(next) {
  state = next;
  $("agency").textContent = next.agency;
  $("gate").textContent = next.gate;
  $("link").textContent = next.link;
  $("link").classList.toggle("linked", next.linked);
  $("unsent").textContent = next.unsent;
  $("hours").textContent = next.hours ?? "";
  $("hours").hidden = !next.hours;
  $("stopped-why").textContent = next.stopped ?? "";
  $("faults").replaceChildren(...next.faults.map(fault => Object.assign(document.createElement("li"), { textContent: fault })));
  $("buttons").hidden = !next.buttons;
  $("forgot").hidden = !next.staffCode;
  if (!next.staffCode) entry = null;
  for (const button of document.querySelectorAll("button[data-direction]"))
    button.setAttribute("aria-pressed", String(button.dataset.direction === next.pressed));
  clock();
}

function showPanel(next) {
  panel = next;
  if (entry) {
    $("strip").className = next.tone.toLowerCase();
    $("strip").textContent = [next.title, next.name].filter(Boolean).join(" · ");
  }
  const tap = $("tap"), tone = next.tone.toLowerCase();
  tap.className = tone + (next.name ? "" : " nobody");
  $("icon").setAttribute("d", icons[tone]);
  $("title").replaceChildren(...unbroken(next.title, /(?<=[:,–]) /));
  $("name").textContent = next.name ?? "";
  $("unit").textContent = next.unit ?? "";
  $("note").textContent = "";
  $("at").textContent = next.time;
  $("initial").textContent = next.initial ?? "";
  const photo = $("photo");
  photo.hidden = true;
  photo.onload = () => { if (panel === next) { photo.hidden = false; $("initial").textContent = ""; } };
  if (next.photo) photo.src = next.photo; else photo.removeAttribute("src");
  clearTimeout(hideTimer);
  hideTimer = setTimeout(() => { panel = null; clearStrip(); view(); }, next.showMs);
  view();
  fit();
  play(next.sound.toLowerCase());
  speak(next.speech);
}

function clearStrip() {
  $("strip").textContent = $("strip").className = "";
}

// Who forgot the badge: staff code, then PIN. Others' taps go on meanwhile, and neither they nor what is said to others who entered theirs end it;
// half a minute without a key does. The way that was chosen before goes with it and is nobody else's any more.
const keysOfCode = "1234567890QWERTYUIOPASDFGHJKL-ZXCVBNM./⌫", keysOfPin = "123456789⌫0";
let entryTimer = 0;

function startEntry(direction, code = "", words = "") {
  entry = { direction, code, pin: "", asksPin: code !== "" };
  showEntry(words);
}

function showEntry(words = "") {
  clearTimeout(entryTimer);
  entryTimer = setTimeout(() => { entry = null; view(); }, 30000);
  const texts = $("entry").dataset, keys = $("keys"), wanted = entry.asksPin ? keysOfPin : keysOfCode;
  const way = entry.direction && document.querySelector(`[data-direction=${entry.direction}]`).textContent.trim();
  $("entry-label").textContent = [entry.asksPin ? `${texts.pin} – ${entry.code}` : texts.code, way].filter(Boolean).join(" · ");
  $("entry-value").textContent = entry.asksPin ? "●".repeat(entry.pin.length) : entry.code;
  $("entry-words").textContent = words;
  $("entry-go").textContent = entry.asksPin ? texts.enter : texts.next;
  keys.classList.toggle("digits", entry.asksPin);
  if (keys.dataset.keys !== wanted) {
    keys.dataset.keys = wanted;
    keys.replaceChildren(...[...wanted].map(key => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: key });
      button.dataset.key = key;
      button.addEventListener("click", () => pressKey(key));
      return button;
    }));
  }
  view();
  fit();
}

function pressKey(key) {
  if (!entry) return;
  const field = entry.asksPin ? "pin" : "code", most = entry.asksPin ? 12 : 32;
  entry[field] = key === "⌫" ? entry[field].slice(0, -1) : (entry[field] + key).slice(0, most);
  showEntry();
}

async function go() {
  if (!entry || entry.sending || !entry.code || (entry.asksPin && !entry.pin)) return;
  if (!entry.asksPin) {
    entry.asksPin = true;
    showEntry();
    return;
  }
  const mine = entry;
  mine.sending = true;
  showEntry($("entry").dataset.checking);
  const body = JSON.stringify({ code: mine.code, pin: mine.pin, direction: mine.direction });
  mine.pin = "";
  try {
    const answer = await (await fetch("/staff-code", { method: "POST", body })).json();
    if (entry !== mine) return;
    if (!answer.recorded) {
      // Said once, where the person looks.
      if ($("strip").textContent === answer.words) clearStrip();
      startEntry(mine.direction, mine.code, answer.words);
      return;
    }
    // What was recorded came as a panel, which stands behind this.
    entry = null;
    view();
    fit();
  } catch {
    if (entry === mine) startEntry(mine.direction, mine.code);
  }
}

const choose = direction => fetch("/direction", { method: "POST", body: direction });

$("forgot").addEventListener("click", () => {
  const direction = state?.pressed ?? "";
  if (direction) choose("");
  startEntry(direction);
});
$("entry-cancel").addEventListener("click", () => { entry = null; view(); });
$("entry-go").addEventListener("click", go);

// The longest names and units grow smaller until all of it is to be seen, the verdict hardly; so does what is entered.
function fit() {
  const tap = $("tap"), value = $("entry-value");
  shrink(tap, () => tap.scrollHeight > tap.clientHeight);
  shrink(value, () => value.scrollWidth > value.clientWidth);
}

function shrink(element, tooLarge) {
  element.style.removeProperty("--fit");
  for (let size = .95; size > .4 && tooLarge(); size -= .05) element.style.setProperty("--fit", size);
}

addEventListener("resize", fit);
document.fonts.addEventListener("loadingdone", fit);

let audio = null;
function play(sound) {
  document.body.dataset.sound = sound;
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume();
  // [start s, length s, Hz]
  const tones = { accepted: [[0, .09, 880], [.1, .14, 1320]], late: [[0, .2, 700], [.22, .3, 466]], refused: [[0, .6, 196]] }[sound];
  for (const [start, length, hertz] of tones) {
    const from = audio.currentTime + start, oscillator = audio.createOscillator(), gain = audio.createGain();
    oscillator.type = sound === "refused" ? "sawtooth" : "sine";
    oscillator.frequency.value = hertz;
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(.5, from + .01);
    gain.gain.setValueAtTime(.5, from + length - .02);
    gain.gain.linearRampToValueAtTime(0, from + length);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(from);
    oscillator.stop(from + length);
  }
}

function speak(text) {
  if (!("speechSynthesis" in window)) return;
  speechSynthesis.cancel();
  if (!text) return;
  const words = new SpeechSynthesisUtterance(text);
  words.lang = "vi-VN";
  document.body.dataset.spoken = text;
  speechSynthesis.speak(words);
}

const heard = handler => event => { heardAt = performance.now(); handler(JSON.parse(event.data)); };
const events = new EventSource("/events");
events.addEventListener("tick", heard(tick => {
  if (page && page !== tick.page) location.reload();
  page = tick.page;
  aheadMs = tick.nowMs - performance.now();
  clock();
}));
events.addEventListener("state", heard(showState));
events.addEventListener("tap", heard(showPanel));
events.addEventListener("note", heard(note => { if (panel && panel.id === note.id) { $("note").textContent = note.text; fit(); } }));

for (const button of document.querySelectorAll("button[data-direction]"))
  button.addEventListener("click", () => choose(button.getAttribute("aria-pressed") === "true" ? "" : button.dataset.direction));
document.addEventListener("contextmenu", event => event.preventDefault());
setInterval(clock, 250);
