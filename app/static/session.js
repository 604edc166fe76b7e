// Who is logged in, in the masthead. When nobody is any more, the login page comes; and what was typed is back after that,
// as after everything else that takes the page away.
import { fetchHtml, tell, whenThere } from "./hb.js";

const TYPED = "hb-typed";
const PASTED = "hb-pasted";
const box = () => document.querySelector("#hb-box textarea");
const pasting = () => document.querySelector(".hb-paste-form");

// Whoever logs out is on the way already, and not with a way back to what was open.
let loggingOut = false;
document.addEventListener("submit", (event) => { loggingOut ||= event.target.matches(".hb-out"); });

// Whatever takes the page away, a reload by Gradio when the program is back or another language, leaves what was typed.
function keep() {
  if (loggingOut) return;
  const typed = box()?.value;
  if (typed) sessionStorage.setItem(TYPED, typed);
  const pasted = pasting() ? Object.fromEntries(new FormData(pasting())) : {};
  if (pasted.text) sessionStorage.setItem(PASTED, JSON.stringify(pasted));
}
addEventListener("pagehide", keep);

function leave() {
  if (loggingOut) return;
  keep();
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

// Everything that the page fetches comes through here, also what Gradio fetches.
const fetched = window.fetch;
window.fetch = async (...asked) => {
  const answer = await fetched.apply(window, asked);
  if (answer.status === 401 && new URL(answer.url, location.href).origin === location.origin) leave();
  return answer;
};

// In the masthead, and on a phone, where it has no room, at the foot of the drawer.
let session = null;
for (const [place, where] of [["#hb-header .hb-languages", "after"], ["#hb-conversations .hb-drawer-foot", "append"]]) {
  whenThere(place, async (found) => {
    try {
      session ??= fetchHtml("/session");
      const html = await session;
      if (!html) return;
      const made = document.createElement("template");
      made.innerHTML = html;
      found[where](made.content);
    } catch { /* Whoever is not logged in is on the way to the login page. */ }
  });
}

function taken(key) {
  const kept = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  return kept;
}

whenThere("#hb-box textarea", (field) => {
  const typed = taken(TYPED);
  if (typed === null || field.value) return;
  field.value = typed;
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
whenThere(".hb-paste-form", (form) => {
  const pasted = taken(PASTED);
  if (pasted === null) return;
  for (const [name, value] of Object.entries(JSON.parse(pasted))) form.elements[name].value = value;
  form.closest("details").open = true;
  tell("hb-adding", true);
});
