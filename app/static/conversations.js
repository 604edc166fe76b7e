// Kept conversations: the drawer beside the chat, the address of the one that is open, and what people think of answers.
import { boxed, covers, failed, fetchHtml, phone, released, send, setBoxed, showView, tell, toast, whenThere, words } from "./hb.js";

const drawer = () => document.getElementById("hb-conversations");
const list = () => drawer()?.querySelector(".hb-kept-list");
export const current = () => boxed("hb-kept");
let shown = null;
// How many are listed: more each time that older ones are asked for, the usual number after a new search.
let most = null;
let latest = 0;

export async function refresh() {
  const into = list();
  if (!into) return;
  const search = drawer().querySelector(".hb-search-kept").value;
  const query = new URLSearchParams({ search, current: current() });
  if (most) query.set("most", most);
  const mine = ++latest;
  try {
    const html = await fetchHtml(`/conversations?${query}`);
    await released();
    // An answer to an earlier search may come later; and a title that is being typed stays.
    if (mine !== latest || into.querySelector(".hb-rename")) return;
    put(into, html);
    tell("hb-kept-listed", { search });
  } catch (error) { if (mine === latest) failed(error); }
}

// A menu that is open, and where the focus is, outlive the drawing.
function put(into, html) {
  const menu = into.querySelector(".hb-more[open]")?.closest("li").dataset.id;
  const focused = into.contains(document.activeElement) ? document.activeElement : null;
  const item = focused?.closest("li[data-id]")?.dataset.id;
  const nth = item ? focusable(focused.closest("li")).indexOf(focused) : -1;
  into.innerHTML = html;
  const of = (id) => into.querySelector(`li[data-id="${id}"]`);
  if (menu && of(menu)) of(menu).querySelector(".hb-more").open = true;
  if (nth >= 0 && of(item)) focusable(of(item))[nth]?.focus();
}

const focusable = (item) => [...item.querySelectorAll("button, summary")];

// The open conversation stands in the address, so that a reload opens it again.
export function follow() {
  const id = current();
  if (id === shown) return;
  shown = id;
  const address = new URL(location.href);
  if (id) address.searchParams.set("c", id); else address.searchParams.delete("c");
  history.replaceState(history.state, "", address);
  for (const link of document.querySelectorAll(".hb-language")) link.search = address.search;
  refresh();
}

// Back leads to the address as it was then.
window.addEventListener("popstate", () => { shown = null; follow(); });

function open(id) {
  setBoxed("hb-kept", id);
  tell("hb-go", { do: "open", id });
  showView("chat");
  if (phone.matches) toggle(false);
}

function startNew() {
  tell("hb-go", { do: "new" });
  showView("chat");
  document.querySelector("#hb-box textarea")?.focus();
  if (phone.matches) toggle(false);
}

function toggle(wanted) {
  const is = document.body.classList.toggle("hb-drawer-open", wanted);
  document.querySelector(".hb-menu")?.setAttribute("aria-expanded", String(is));
  if (is) { refresh(); covers(() => toggle(false)); }
}

// To a conversation in the list, where nothing else has taken the focus meanwhile.
function refocus(id) {
  if (document.activeElement === document.body) list()?.querySelector(`[data-id="${id}"] .hb-open-kept`)?.focus();
}

async function keep(button, byKeyboard) {
  const item = button.closest("li[data-id]");
  const id = item.dataset.id;
  if (button.dataset.keep === "rename") {
    const field = Object.assign(document.createElement("input"), {
      className: "hb-rename", maxLength: 200, value: item.querySelector(".hb-open-kept span").textContent,
    });
    field.setAttribute("aria-label", words.chat.new_title);
    item.querySelector(".hb-open-kept").replaceWith(field);
    item.querySelector("details").open = false;
    field.focus();
    field.select();
    let done = false;
    const finish = async (save) => {
      if (done) return;
      done = true;
      try {
        if (save) await send(`/conversations/${id}/title`, { title: field.value });
      } catch (error) {
        // What was typed is not lost with it.
        failed(error);
        done = false;
        return;
      }
      field.remove();
      await refresh();
      refocus(id);
    };
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter") finish(true);
      else if (event.key === "Escape") finish(false);
    });
    field.addEventListener("blur", () => finish(true));
  } else {
    const was = id === current();
    try { await send(`/conversations/${id}/delete`); } catch (error) { failed(error); return; }
    if (was) tell("hb-go", { do: "new" });
    refresh();
    toast(words.chat.deleted, {
      label: words.chat.restore,
      focus: byKeyboard,
      act: async () => {
        try { await send(`/conversations/${id}/restore`); } catch (error) { failed(error); return; }
        await refresh();
        refocus(id);
        if (was) open(id);
      },
    });
  }
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;
  const kept = target.closest(".hb-open-kept");
  const act = target.closest("[data-keep]");
  if (target.closest(".hb-menu")) toggle();
  else if (target.closest(".hb-new")) startNew();
  else if (kept) open(kept.closest("li").dataset.id);
  else if (act) keep(act, event.detail === 0);
  else if (target.closest(".hb-older")) { most = target.closest(".hb-older").dataset.most; refresh(); }
  else if (phone.matches && document.body.classList.contains("hb-drawer-open") && !target.closest("#hb-conversations")) toggle(false);
});

let typing = 0;
document.addEventListener("input", (event) => {
  if (!(event.target instanceof Element) || !event.target.matches(".hb-search-kept")) return;
  clearTimeout(typing);
  most = null;
  typing = setTimeout(refresh, 200);
});

whenThere(".hb-kept-list", () => {
  if (phone.matches) refresh();
  else toggle(true);
});
// In a window that has become narrow it would lie over the conversation.
phone.addEventListener("change", () => { if (phone.matches) toggle(false); });

// Gradio says when it listens.
document.addEventListener("hb-go-ready", () => {
  const id = new URL(location.href).searchParams.get("c");
  if (id) whenThere("#hb-kept textarea, #hb-kept input", () => open(id));
});
