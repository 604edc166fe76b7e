// Filters the table of failures. Without this script every failure is shown.
(() => {
  const rows = [...document.querySelectorAll("#failures tbody tr")];
  const form = document.getElementById("filters");
  if (!form || rows.length === 0) return;
  const fold = (text) =>
    text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d");
  const texts = rows.map((row) => fold(row.textContent));
  const shown = document.getElementById("shown");
  const apply = () => {
    const { kind, reason, words } = Object.fromEntries(new FormData(form));
    const wanted = fold(words).split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, index) => {
      const visible =
        (!kind || row.dataset.kind === kind) &&
        (!reason || row.dataset.reason === reason) &&
        wanted.every((word) => texts[index].includes(word));
      row.hidden = !visible;
      if (visible) count += 1;
    });
    shown.textContent = `${count} of ${rows.length}`;
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  apply();
})();
