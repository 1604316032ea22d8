"use strict";
// Sorting and filtering of tables. The page is complete without it.
(function () {
  const language = document.documentElement.lang;
  const collator = new Intl.Collator(language, { numeric: true });
  const text = (row, column) => row.cells[column].textContent;
  // "52,115 (56.55%)" sorts as 52115, "60.36%" as 60.36, "9/10" as 9; what is no number comes last.
  const number = (value) => parseFloat(value.replace(/,/g, ""));

  function sort(table, header) {
    const column = header.cellIndex;
    const descending = header.getAttribute("aria-sort") === "ascending";
    const isNumber = header.classList.contains("n");
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row, place) => ({ row, place, value: text(row, column) }));
    const sign = descending ? -1 : 1;
    rows.sort((a, b) => {
      if (isNumber) {
        const x = number(a.value), y = number(b.value);
        if (isNaN(x) || isNaN(y)) return isNaN(x) - isNaN(y) || a.place - b.place;
        return sign * (x - y) || a.place - b.place;
      }
      return sign * collator.compare(a.value, b.value) || a.place - b.place;
    });
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", descending ? "descending" : "ascending");
    body.append(...rows.map((entry) => entry.row));
  }

  function filter(input) {
    const table = document.getElementById(input.dataset.table);
    const words = input.value.toLocaleLowerCase(language).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      const content = row.textContent.toLocaleLowerCase(language);
      row.hidden = !words.every((word) => content.includes(word));
      if (!row.hidden) shown += 1;
    }
    document.querySelector(`[data-count="${input.dataset.table}"]`).textContent = shown.toLocaleString(language);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("th button");
    if (button) sort(button.closest("table"), button.closest("th"));
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("input[data-table]")) filter(event.target);
  });
  // A link to something inside a closed part opens it.
  function reveal() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const closed = target && target.closest("details");
    if (closed) closed.open = true;
  }
  window.addEventListener("hashchange", reveal);
  reveal();
})();
