// The conversation: scrolls to a new question, opens a citation's source beside the answer, does what an answer's buttons
// say, keeps input methods' Enter from sending, and puts the page's words where Gradio has fixed English ones.
import { failed, fetchHtml, onView, send, tell, toast, words } from "./hb.js";
import { current, follow as followConversation, refresh as refreshConversations } from "./conversations.js";
import { carrierOf, clear, show, step, view } from "./sources.js";

{
  // Gradio sets the language that it takes itself to speak, whenever it gets round to it.
  const root = document.documentElement;
  const speak = () => { if (root.lang !== words.language) root.lang = words.language; };
  new MutationObserver(speak).observe(root, { attributes: true, attributeFilter: ["lang"] });
  speak();
  let newest = null;
  let answered = 0;
  let askedAgain = null;
  let begun = 0;
  let undoing = null;
  let whole = 0;

  const answers = () => [...document.querySelectorAll("#hb-chat .hb-answer")];

  function askAgain(button) {
    const turn = answers().indexOf(button.closest(".hb-answer"));
    askedAgain = { turn, label: button.textContent };
    tell("hb-do", { do: "again", ...standing(turn) });
  }

  // What was asked again has its new answer: the panel shows its sources, and the keyboard stays at the same place.
  function arrive(answer) {
    if (answer && answer.classList.contains("hb-busy")) return;
    const button = answer && answer.querySelector(".hb-again");
    if (button && button.textContent === askedAgain.label) return;
    askedAgain = null;
    if (!answer || document.body.dataset.view !== "chat") return;
    if (!show(answer)) clear();
    const left = document.activeElement === document.body || answer.contains(document.activeElement);
    if (left) (button ?? document.querySelector("#hb-box textarea")).focus({ preventScroll: true });
  }

  // A new question is scrolled to, and once more when there is the answer, with as much of that as there is room for.
  function follow(all) {
    const done = all.length > 0 && all.at(-1).matches(":has(.hb-cited), .hb-not-found, .hb-failed");
    if (all.length > begun || (done && all.length > whole)) {
      const question = [...document.querySelectorAll("#hb-chat .hb-question")].at(-1);
      const scroller = question.closest(".panel-wrap");
      scroller.scrollTop += question.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 16;
    }
    begun = all.length;
    if (done || begun === 0) whole = begun;
  }

  const turnOf = (element) => answers().indexOf(element.closest(".hb-answer"));
  const questionAt = (turn) => [...document.querySelectorAll("#hb-chat .hb-question")].at(turn);
  // A turn as it is shown: in another tab something else may have come to stand in its place.
  const standing = (turn) => ({ turn, stamp: questionAt(turn)?.dataset.stamp });

  async function copy(answer) {
    const text = carrierOf(answer).querySelector(".hb-copy-of").textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without HTTPS the browser has no clipboard for scripts, but still the old way.
      const focused = document.activeElement;
      const field = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(field);
      field.select();
      const copied = document.execCommand("copy");
      field.remove();
      focused?.focus({ preventScroll: true });
      if (!copied) { failed(); return; }
    }
    toast(words.chat.copied);
  }

  // The question becomes a field in its own place; Enter asks it anew, Escape leaves it as it was.
  function edit(turn) {
    const place = questionAt(turn);
    if (place.querySelector("textarea")) return;
    const was = place.textContent;
    const field = Object.assign(document.createElement("textarea"), { value: was, rows: 2, className: "hb-edit" });
    field.setAttribute("aria-label", words.chat.edit_long);
    place.replaceChildren(field);
    field.focus();
    field.addEventListener("keydown", (event) => {
      // It is the field alone that Escape leaves.
      if (event.key === "Escape") { event.stopPropagation(); place.textContent = was; }
      else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        const question = field.value.trim();
        place.textContent = was;
        if (question) tell("hb-do", { do: "edit", ...standing(turn), question });
      }
    });
  }

  const keepJudgement = (id, judgement) => send(`/conversations/${id}/judge`, judgement).catch((error) => {
    // The conversation as it stands by now.
    if (error.status === 409 && id === current()) tell("hb-go", { do: "open", id });
    throw error;
  });

  // One after another: of two under way together the earlier might arrive last.
  let judging = Promise.resolve();
  function judge(answer, button) {
    const fluent = answer.querySelector('.hb-wording[data-wording="fluent"]');
    const judged = { ...standing(turnOf(answer)), wording: fluent && !fluent.hidden ? "fluent" : "extractive" };
    const id = current();
    judging = judging.then(() => judgeNow(answer, button, id, judged));
  }

  async function judgeNow(answer, button, id, judged) {
    const thumb = button.getAttribute("aria-pressed") === "true" ? null : button.dataset.do;
    try {
      await keepJudgement(id, { ...judged, thumb });
    } catch (error) { failed(error); return; }
    for (const one of answer.querySelectorAll('.hb-action[aria-pressed]')) {
      one.setAttribute("aria-pressed", String(one.dataset.do === thumb));
    }
    answer.querySelector(".hb-reason-form")?.remove();
    if (thumb !== "down") { if (thumb) toast(words.chat.thanks); return; }
    const form = document.createElement("form");
    form.className = "hb-reason-form";
    const field = Object.assign(document.createElement("input"), { maxLength: 2000, placeholder: words.chat.why_down });
    field.setAttribute("aria-label", words.chat.why_down);
    form.append(field, Object.assign(document.createElement("button"), { textContent: words.chat.keep_reason }));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await keepJudgement(id, { ...judged, thumb, reason: field.value }).then(() => {
        form.remove();
        toast(words.chat.thanks);
      }, failed);
    });
    answer.querySelector(".hb-actions").after(form);
    field.focus();
  }

  function act(button) {
    const answer = button.closest(".hb-answer");
    const turn = turnOf(answer);
    const what = button.dataset.do;
    if (what === "copy") copy(answer);
    else if (what === "edit") edit(turn);
    else if (what === "retry") tell("hb-do", { do: "retry", ...standing(turn) });
    else if (what === "undo") { undoing = standing(turn); tell("hb-go", { do: "undo", ...undoing }); }
    else judge(answer, button);
  }

  // Questions to ask next are looked for when the answer stands; they come when they are there.
  const offered = new WeakSet();
  async function offer(answer, turn) {
    if (offered.has(answer) || !current()) return;
    offered.add(answer);
    try {
      const html = await fetchHtml(`/conversations/${current()}/next?turn=${turn}`);
      if (!html || !answer.isConnected) return;
      document.querySelectorAll("#hb-chat .hb-next").forEach((old) => old.remove());
      const place = Object.assign(document.createElement("div"), { className: "hb-next", innerHTML: html });
      answer.append(place);
    } catch { /* Nobody asked for them. */ }
  }

  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || document.body.dataset.view === "library") return;
    // There it opens the list, or the calendar.
    if (event.target instanceof Element && event.target.matches('select, [type="date"]')) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1, answers().at(-1));
    }
  });

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const action = target.closest(".hb-action");
    const suggested = target.closest(".hb-suggested");
    const stepping = target.closest(".hb-step");
    if (action) act(action);
    else if (suggested) tell("hb-do", { do: "ask", question: suggested.textContent });
    else if (stepping) step(Number(stepping.dataset.step), answers().at(-1));
    else if (target.closest("#hb-stop")) tell("hb-go", { do: "stop", question: questionAt(-1)?.textContent ?? "" });
    const again = target.closest("#hb-chat .hb-again");
    if (again) askAgain(again);
  });

  // Vietnamese input methods end a composition with Enter: that Enter must not send. Browsers differ in whether the
  // key comes before or after the end of the composition, so both are covered. Escape takes a composition back, and
  // must not close anything besides.
  let composed = 0;
  document.addEventListener("compositionend", () => { composed = performance.now(); }, true);
  const composing = (event) => event.isComposing || event.keyCode === 229;
  for (const kind of ["keydown", "keypress"]) {
    document.addEventListener(kind, (event) => {
      if (event.key === "Escape" && composing(event)) event.stopImmediatePropagation();
      if (event.key !== "Enter") return;
      if (composing(event)) {
        composed = performance.now();
        event.stopImmediatePropagation();
      } else if (kind === "keypress" && performance.now() - composed < 60) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    }, true);
  }

  const attributes = ["aria-label", "title", "placeholder", "alt"];
  function translate(element) {
    for (const name of attributes) {
      const value = element.getAttribute(name);
      if (!value) continue;
      const word = words.fixed[value.trim()];
      if (word) element.setAttribute(name, word);
      else if (value.startsWith("Select example ")) element.setAttribute(name, value.replace(/^[^:]*: /, ""));
    }
  }

  // Gradio's own words stand outside the messages; nothing that an article or a person wrote is touched.
  function translateText(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const word = words.fixed[node.data.trim()];
      if (word && !node.parentElement.closest(".hb-answer, .hb-question, .hb-view, script, style")) node.data = word;
      // Whatever else Gradio has to tell in English is a fault, and nothing that a reader could act on.
      else if (words.language === "vi" && node.parentElement.closest(".toast-message") && /^[\x20-\x7e]*[a-z]{3}[\x20-\x7e]*$/.test(node.data)) {
        node.data = words.chat.failed_unexpectedly;
      }
    }
  }

  function look() {
    document.querySelectorAll(attributes.map((name) => `[${name}]`).join()).forEach(translate);
    document.querySelectorAll(".toast-wrap, .toast-body, .sr-only, .wrap.error, .status-tracker").forEach(translateText);
    const box = document.querySelector("#hb-box textarea");
    if (box && !box.getAttribute("aria-label")) box.setAttribute("aria-label", words.chat.ask);
    if (!view()) return;
    const all = answers();
    document.body.classList.toggle("hb-talking", all.length > 0);
    if (askedAgain) arrive(all[askedAgain.turn]);
    follow(all);
    if (undoing) {
      const there = questionAt(undoing.turn);
      if (there && there.dataset.stamp !== undoing.stamp) toast(words.chat.changed_elsewhere);
      if (there?.dataset.stamp !== undoing.stamp) undoing = null;
    }
    const last = all.at(-1) ?? null;
    document.body.classList.toggle("hb-answering", Boolean(document.querySelector("#hb-chat .hb-busy")));
    setTimeout(followConversation, 50);
    // What is whole is kept: the list counts it.
    const kept = document.querySelectorAll("#hb-chat .hb-actions").length;
    if (kept !== answered) {
      answered = kept;
      refreshConversations();
    }
    if (last && last.classList.contains("hb-busy")) return;
    if (last?.querySelector(".hb-actions")) setTimeout(() => offer(last, all.length - 1), 150);
    // A change of wording is no new answer: that is fluent.js's own matter.
    const quoted = last?.querySelector('.hb-wording[data-wording="extractive"]') ?? last;
    const carried = quoted?.querySelector(".hb-sources-of");
    const key = last && `${all.length}\n${carried ? carried.innerHTML : ""}`;
    // Another view has the panel now.
    if (key === newest || document.body.dataset.view !== "chat") return;
    newest = key;
    if (carried) show(last);
    else clear();
  }

  // What the panel showed when another view took it.
  let left = null;
  onView("chat", {
    leave: () => { left = { open: document.querySelector("#hb-chat .hb-open") }; },
    enter: () => {
      if (!left) return;
      if (!left.open?.isConnected || !show(left.open)) clear();
      left = null;
      look();
    },
  });

  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; look(); });
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: attributes });
}
