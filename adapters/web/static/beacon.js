// What the pages can do better where there is JavaScript. Every page works without it; nothing here keeps or sends words.
"use strict";

// Leave this page quickly: also by pressing Shift three times. The page is emptied first, in case the next one is slow.
const leave = document.querySelector("[data-leave]");
if (leave) {
  const go = (event) => {
    event?.preventDefault();
    // The server is told in passing, so that from now on it shows nothing of this visit; nobody waits for its answer.
    fetch("/leave", { method: "POST", keepalive: true, redirect: "manual" }).catch(() => {});
    document.body.replaceChildren();
    document.title = "";
    location.replace(leave.dataset.leave);
  };
  let presses = [];
  leave.addEventListener("submit", go);
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift") { presses = []; return; }
    presses = [...presses, event.timeStamp].slice(-3);
    if (presses.length === 3 && presses[2] - presses[0] < 5000) go();
  });
  // Coming back with the Back button must not show what was there.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

// Read this to me: only with a voice of this computer, so that no word is sent away.
const aloud = document.querySelector("[data-aloud]");
if (aloud && "speechSynthesis" in window) {
  const local = () => speechSynthesis.getVoices().filter((voice) => voice.localService);
  const voice = () => local().find((v) => v.lang.startsWith("en-GB")) ?? local().find((v) => v.lang.startsWith("en"));
  const look = () => { aloud.hidden = !voice(); };
  look();
  speechSynthesis.addEventListener?.("voiceschanged", look);
  aloud.addEventListener("click", () => {
    if (speechSynthesis.speaking) { speechSynthesis.cancel(); return; }
    const parts = document.querySelectorAll("main p:not(.count, .unseen), main h1, main h2, main h3, main .option label, main dt, main dd:not(.change)");
    for (const part of parts) {
      const words = new SpeechSynthesisUtterance(part.innerText);
      words.voice = voice();
      words.lang = words.voice.lang;
      words.rate = 0.9;
      speechSynthesis.speak(words);
    }
  });
  addEventListener("pagehide", () => speechSynthesis.cancel());
}

// How many letters are left, counted as the core counts them: by character, not by UTF-16 unit.
const counted = document.querySelector("[data-limit]");
const count = document.querySelector("[data-count]");
if (counted && count) {
  const said = document.querySelector("[data-count-said]");
  const first = count.textContent;
  let pause;
  const show = () => {
    const left = Number(counted.dataset.limit) - [...counted.value].length;
    const over = left < 0;
    const sentence = over ? count.dataset.over : count.dataset.left;
    count.textContent = counted.value ? sentence.replace("%", Math.abs(left).toLocaleString("en-GB")) : first;
    count.classList.toggle("over", over);
    clearTimeout(pause);
    pause = setTimeout(() => { said.textContent = left < 100 ? count.textContent : ""; }, 1000);
  };
  counted.addEventListener("input", show);
  if (counted.value) show();
}

// Inboxes and lists that refresh by themselves. The server says only that something changed.
const live = document.querySelector("[data-live]");
if (live && "EventSource" in window) {
  let events, seen = live.dataset.rev;
  const listen = () => {
    events = new EventSource(`/events?place=${encodeURIComponent(live.dataset.live)}&since=${seen}`);
    events.addEventListener("changed", refresh);
    // The browser itself comes back after a broken line, and gives up after an answer that is no stream.
    events.addEventListener("error", () => { if (events.readyState === EventSource.CLOSED) setTimeout(listen, 5000); });
  };
  const refresh = async (event) => {
    const answer = await fetch(location.href, { headers: { accept: "text/html" }, redirect: "manual" });
    if (answer.type === "opaqueredirect") { location.reload(); return; }  // nobody is here any more
    if (!answer.ok) return;
    seen = event.lastEventId;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    if (!fresh) return;
    const focused = live.contains(document.activeElement) ? document.activeElement.value : null;
    live.replaceChildren(...fresh.childNodes);
    if (focused) [...live.querySelectorAll("button")].find((button) => button.value === focused)?.focus();
  };
  listen();
  addEventListener("pagehide", () => events.close());
}

(document.querySelector(".summary") ?? document.querySelector(".urgent"))?.focus();
