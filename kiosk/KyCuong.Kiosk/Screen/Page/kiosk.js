// The kiosk's page. It decides nothing: it shows what the agent says, at once, and says so when the agent is silent.
const $ = id => document.getElementById(id);
const icons = {
  good: "M4 13l5 5L20 6",
  plain: "M4 13l5 5L20 6",
  late: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l4 2",
  bad: "M5 5l14 14M19 5L5 19",
};
const silentAfterMs = 4000;
let state = null, panel = null, aheadMs = Date.now() - performance.now(), heardAt = performance.now(), page = null, hideTimer = 0;

function view() {
  const silent = performance.now() - heardAt > silentAfterMs || !state;
  document.body.dataset.view = silent ? "gone" : panel ? "tap" : state.stopped ? "stopped" : "idle";
}

function clock() {
  const now = new Date(performance.now() + aheadMs), zone = state ? state.timeZone : undefined;
  const text = new Intl.DateTimeFormat("vi-VN", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(now);
  $("clock").textContent = $("clock-small").textContent = text;
  $("date").textContent = new Intl.DateTimeFormat("vi-VN", { timeZone: zone, weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(now);
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
  $("hours-line").hidden = !next.hours;
  $("stopped-why").textContent = next.stopped ?? "";
  $("faults").replaceChildren(...next.faults.map(fault => Object.assign(document.createElement("li"), { textContent: fault })));
  $("buttons").hidden = !next.buttons;
  for (const button of document.querySelectorAll("button[data-direction]"))
    button.setAttribute("aria-pressed", String(button.dataset.direction === next.pressed));
  clock();
}

function showPanel(next) {
  panel = next;
  const tap = $("tap"), tone = next.tone.toLowerCase();
  tap.className = tone + (next.name ? "" : " nobody");
  $("icon").setAttribute("d", icons[tone]);
  $("title").textContent = next.title;
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
  hideTimer = setTimeout(() => { panel = null; view(); }, next.showMs);
  view();
  fit();
  play(next.sound.toLowerCase());
  speak(next.speech);
}

// The verdict keeps its size; the longest names and units grow smaller until all of it is to be seen.
function fit() {
  const tap = $("tap"), words = tap.querySelector(".words");
  tap.style.removeProperty("--fit");
  for (let size = .95; size > .4 && words.scrollHeight > tap.clientHeight * .92 * (innerHeight > innerWidth ? .5 : 1); size -= .05)
    tap.style.setProperty("--fit", size);
}

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
events.addEventListener("note", heard(note => { if (panel && panel.id === note.id) $("note").textContent = note.text; }));

for (const button of document.querySelectorAll("button[data-direction]"))
  button.addEventListener("click", () => fetch("/direction", { method: "POST", body: button.getAttribute("aria-pressed") === "true" ? "" : button.dataset.direction }));
document.addEventListener("contextmenu", event => event.preventDefault());
setInterval(clock, 250);
