// Who is logged in, in the masthead. When nobody is any more, the login page comes, and what was typed is back after it.
import { fetchHtml, whenThere } from "./hb.js";

const TYPED = "hb-typed";
const box = () => document.querySelector("#hb-box textarea");

// Whoever logs out is on the way already, and not with a way back to what was open.
let loggingOut = false;
document.addEventListener("submit", (event) => { loggingOut ||= event.target.matches(".hb-out"); });

function leave() {
  if (loggingOut) return;
  const typed = box()?.value;
  if (typed) sessionStorage.setItem(TYPED, typed);
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

whenThere("#hb-box textarea", (field) => {
  const typed = sessionStorage.getItem(TYPED);
  if (typed === null) return;
  sessionStorage.removeItem(TYPED);
  if (field.value) return;
  field.value = typed;
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
