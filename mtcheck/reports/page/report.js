"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const notes = all(".note");
  const marks = all(".hl[id]");
  const wide = matchMedia("(min-width: 64rem)");
  const openAll = (open) => notes.forEach((note) => { note.open = open; });
  openAll(wide.matches);
  wide.addEventListener("change", () => openAll(wide.matches));
  addEventListener("beforeprint", () => openAll(true));
  addEventListener("afterprint", () => openAll(wide.matches));
  all("[hidden]").forEach((element) => { element.hidden = false; });

  const holds = (element, number) => element.dataset.n.split(" ").includes(number);
  const activate = (root, number) => {
    all(".active").forEach((element) => element.classList.remove("active"));
    const pieces = all(".hl", root).filter((mark) => holds(mark, number));
    const note = all(".note", root).find((element) => holds(element, number));
    pieces.forEach((mark) => mark.classList.add("active"));
    if (note) note.classList.add("active");
    return { mark: pieces[0], note };
  };
  const noteOf = (mark) => mark.hash.replace(/^.*n/, "");
  const documentOf = (element) => element.closest(".document");
  document.addEventListener("click", (event) => {
    const mark = event.target.closest(".hl");
    const note = event.target.closest(".note");
    if (mark) {
      event.preventDefault();
      const pair = activate(documentOf(mark), noteOf(mark));
      if (pair.note) {
        pair.note.open = wide.matches || !pair.note.open;
        pair.note.scrollIntoView({ block: "nearest", behavior: "smooth" });
      }
    } else if (note) {
      // On a wide screen notes stay open: a click only shows which words they are about.
      if (wide.matches && event.target.closest("summary")) event.preventDefault();
      const pair = activate(documentOf(note), note.dataset.n);
      if (pair.mark) pair.mark.scrollIntoView({ block: "nearest", behavior: "smooth" });
    }
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches(".hl")) activate(documentOf(event.target), noteOf(event.target));
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) return;
    const step = { n: 1, p: -1 }[event.key];
    if (event.key === "Escape") all(".active").forEach((e) => e.classList.remove("active"));
    if (!step || !marks.length) return;
    const shown = marks.filter((mark) => getComputedStyle(mark).borderBottomStyle !== "none");
    if (!shown.length) return;
    const at = shown.indexOf(document.activeElement);
    const next = shown[(at < 0 && step < 0 ? 0 : at + step + shown.length) % shown.length];
    next.focus();
    next.scrollIntoView({ block: "center", behavior: "smooth" });
  });

  all(".order").forEach((bar) => {
    const table = bar.parentElement.querySelector(".trips");
    const keys = {
      text: (body) => Number(body.dataset.index),
      stability: (body) => -Number(body.dataset.unstable),
    };
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const key = keys[button.dataset.order];
      all("button", bar).forEach((b) => b.setAttribute("aria-pressed", String(b === button)));
      [...table.tBodies].sort((a, b) => key(a) - key(b)).forEach((body) => table.append(body));
    });
  });
})();
