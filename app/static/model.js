// The language model behind the page: a dialog that says which it is, and takes another where that is allowed.
import { current } from "./conversations.js";
import { failed, fetchHtml, meant, send, tell, toast, whenThere, words } from "./hb.js";

const told = words.backend;
const dialog = Object.assign(document.createElement("dialog"), { id: "hb-model" });
dialog.setAttribute("aria-label", told.heading);
document.body.append(dialog);

// Answers have a second wording where there is a model, and a switch for it stands above the box.
function show(there) {
  for (const label of document.querySelectorAll(".hb-worded-switch")) label.hidden = !there;
}

async function fill() {
  try { dialog.innerHTML = await fetchHtml("/model"); } catch (error) { dialog.close(); failed(error); }
}

async function open() {
  dialog.replaceChildren(Object.assign(document.createElement("p"), { textContent: told.looking }));
  dialog.showModal();
  await fill();
  dialog.querySelector("input, .hb-model-close")?.focus();
}

async function change(path, body, said) {
  const { there, told: warning } = await send(path, body);
  show(there);
  dialog.close();
  toast(warning ?? said);
  if (current()) tell("hb-go", { do: "open", id: current() });
}

async function use(form) {
  const wrong = form.querySelector(".hb-wrong");
  const button = form.querySelector('[type="submit"]');
  wrong.hidden = true;
  button.disabled = true;
  button.textContent = told.looking;
  try {
    await change("/model", { generator: form.elements.generator.value, model: form.elements.model.value }, told.chosen);
  } catch (error) {
    wrong.textContent = meant(error);
    wrong.hidden = false;
  }
  button.disabled = false;
  button.textContent = told.use;
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(".hb-model-open")) open();
  else if (target?.closest(".hb-model-close") || target === dialog) dialog.close();
  else if (target?.closest(".hb-model-drop")) change("/model/drop", {}, told.dropped).catch(failed);
});
dialog.addEventListener("submit", (event) => {
  event.preventDefault();
  use(event.target);
});

// Another window may have chosen one since the program began.
whenThere(".hb-worded-switch", async () => {
  try { show(JSON.parse(await fetchHtml("/model/now")).there); } catch { /* It stands as it came. */ }
});
