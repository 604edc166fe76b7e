// The page's own behaviour: scrolls to a new question, opens a citation's source beside the answer, tells which question
// is to be asked again, keeps input methods' Enter from sending, and puts Vietnamese words where Gradio has fixed English
// ones. `HB_WORDS` is set before this by the server.
(() => {
  "use strict";
  document.documentElement.lang = "vi";
  const phone = window.matchMedia("(max-width: 899px)");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let openedFrom = null;
  let newest = null;
  let askedAgain = null;
  let begun = 0;
  let whole = 0;

  const panel = () => document.getElementById("hb-panel");
  const view = () => document.querySelector("#hb-panel .hb-view");
  const answers = () => [...document.querySelectorAll("#hb-chat .hb-answer")];

  // The panel shows the sources of one answer: a copy of what that answer carries.
  function show(answer) {
    const carried = answer && answer.querySelector(".hb-sources-of");
    const into = view();
    if (!carried || !into) return false;
    if (into.dataset.empty === undefined) {
      into.dataset.empty = "";
      into.hbEmpty = [...into.childNodes];
    }
    into.replaceChildren(...[...carried.childNodes].map((node) => node.cloneNode(true)));
    into.scrollTop = 0;
    document.querySelectorAll(".hb-answer.hb-open").forEach((other) => other.classList.remove("hb-open"));
    answer.classList.add("hb-open");
    return true;
  }

  function clear() {
    const into = view();
    if (into && into.hbEmpty) into.replaceChildren(...into.hbEmpty);
    close();
  }

  function mark(number) {
    const into = view();
    const marks = [...into.querySelectorAll(`mark[data-citation~="${number}"]`)];
    into.querySelectorAll(".hb-active").forEach((other) => other.classList.remove("hb-active"));
    marks.forEach((found) => found.classList.add("hb-active"));
    return marks[0];
  }

  function open(chip) {
    const answer = chip.closest(".hb-answer");
    if (!show(answer)) return;
    document.querySelectorAll(".hb-chip[aria-pressed]").forEach((other) => other.removeAttribute("aria-pressed"));
    chip.setAttribute("aria-pressed", "true");
    openedFrom = chip;
    panel().classList.add("hb-opened");
    const first = mark(chip.dataset.citation);
    if (!first) return;
    first.focus({ preventScroll: true });
    // Only the view scrolls, never the page around it.
    const into = view();
    const top = first.getBoundingClientRect().top - into.getBoundingClientRect().top + into.scrollTop;
    into.scrollTo({ top: Math.max(0, top - into.clientHeight / 3), behavior: calm.matches ? "auto" : "smooth" });
  }

  function close() {
    const opened = panel();
    if (!opened || !opened.classList.contains("hb-opened")) return;
    opened.classList.remove("hb-opened");
    if (openedFrom && openedFrom.isConnected) openedFrom.focus();
    openedFrom = null;
  }

  function askAgain(button) {
    const turn = answers().indexOf(button.closest(".hb-answer"));
    askedAgain = { turn, label: button.textContent };
    document.dispatchEvent(new CustomEvent("hb-again", { detail: { turn } }));
  }

  // What was asked again has its new answer: the panel shows its sources, and the keyboard stays at the same place.
  function arrive(answer) {
    if (answer && answer.classList.contains("hb-busy")) return;
    const button = answer && answer.querySelector(".hb-again");
    if (button && button.textContent === askedAgain.label) return;
    askedAgain = null;
    if (!answer) return;
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

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const chip = target.closest(".hb-chip[data-citation]");
    const again = target.closest(".hb-again");
    if (chip) open(chip);
    else if (again) askAgain(again);
    else if (target.closest(".hb-close")) close();
    else if (phone.matches && panel()?.classList.contains("hb-opened") && !target.closest("#hb-panel")) close();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });

  // Vietnamese input methods end a composition with Enter: that Enter must not send. Browsers differ in whether the
  // key comes before or after the end of the composition, so both are covered.
  let composed = 0;
  document.addEventListener("compositionend", () => { composed = performance.now(); }, true);
  const composing = (event) => event.isComposing || event.keyCode === 229;
  for (const kind of ["keydown", "keypress"]) {
    document.addEventListener(kind, (event) => {
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
      const word = HB_WORDS.fixed[value.trim()];
      if (word) element.setAttribute(name, word);
      else if (value.startsWith("Select example ")) element.setAttribute(name, value.replace(/^[^:]*: /, ""));
    }
  }

  // Gradio's own words stand outside the messages; nothing that an article or a person wrote is touched.
  function translateText(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const word = HB_WORDS.fixed[node.data.trim()];
      if (word && !node.parentElement.closest(".hb-answer, .hb-question, .hb-view, script, style")) node.data = word;
    }
  }

  function look() {
    document.querySelectorAll(attributes.map((name) => `[${name}]`).join()).forEach(translate);
    document.querySelectorAll(".toast-wrap, .toast-body, .sr-only, .wrap.error, .status-tracker").forEach(translateText);
    const box = document.querySelector("#hb-box textarea");
    if (box && !box.getAttribute("aria-label")) box.setAttribute("aria-label", HB_WORDS.ask);
    if (!view()) return;
    const all = answers();
    document.body.classList.toggle("hb-talking", all.length > 0);
    if (askedAgain) arrive(all[askedAgain.turn]);
    follow(all);
    const last = all.at(-1) ?? null;
    if (last && last.classList.contains("hb-busy")) return;
    const carried = last && last.querySelector(".hb-sources-of");
    const key = last && `${all.length}\n${carried ? carried.innerHTML : ""}`;
    if (key === newest) return;
    newest = key;
    if (carried) show(last);
    else clear();
  }

  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; look(); });
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: attributes });
})();
