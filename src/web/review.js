// The review of a document, quicker: keys between proposals, and the words that are selected.
// Everything here can be done without it.
"use strict";
(() => {
  const form = document.getElementById("review");
  const words = document.getElementById("words");
  const near = document.getElementById("near");
  const selected = document.getElementById("selected");
  const open = () => [...form.querySelectorAll(".proposal.open")];
  const current = () => document.activeElement?.closest(".proposal.open");
  const press = (card, value) => card?.querySelector(`button[value^="${value}@"]`)?.click();

  const move = (step) => {
    const all = open();
    const at = all.indexOf(current());
    const to = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
    to?.focus();
    to?.scrollIntoView({ block: "center" });
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    a: (card) => press(card, "accept"),
    e: (card) => card?.querySelector("a[accesskey], .buttons a[href]")?.click(),
    r: (card) => {
      const more = card?.querySelector("details");
      if (more) {
        more.open = true;
        more.querySelector("input").focus();
      }
    },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.target.closest("input, textarea, select");
    if (field) {
      // Enter in a card's field presses that card's button, and no other.
      const card = field.closest(".proposal.open");
      if (event.key === "Enter" && card && field.type !== "checkbox") {
        event.preventDefault();
        press(card, field.name.startsWith("reason@") ? "reject" : "accept");
      }
      if (field.type !== "checkbox") return;
    }
    const key = keys[event.key];
    if (!key) return;
    event.preventDefault();
    key(current());
  });

  // The words that are selected in the text, and where about they stand.
  const chosen = () => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    const of = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(".words");
    const from = of(range.startContainer);
    if (!from || !of(range.endContainer)) return null;
    const text = (part) => {
      const copy = part.cloneContents();
      copy.querySelectorAll(".mark, .number, .beside").forEach((mark) => mark.remove());
      return copy.textContent;
    };
    const before = document.createRange();
    before.setStart(from, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const start = Number(from.dataset.start) + [...text(before)].length;
    return { words: text(range).trim(), near: start };
  };
  document.addEventListener("selectionchange", () => {
    selected.hidden = !chosen()?.words;
  });
  // The button must not take the selection away before it is read.
  selected.addEventListener("pointerdown", (event) => event.preventDefault());
  selected.querySelector("button").addEventListener("click", () => {
    const found = chosen();
    if (!found) return;
    words.value = found.words;
    near.value = found.near;
    form.querySelector('button[value="add"]').click();
  });
  document.getElementById("keys").hidden = false;
})();
