"use strict";
(() => {
  const form = document.getElementById("filter");
  const text = document.getElementById("text");
  const group = document.getElementById("group");
  const chips = [...form.querySelectorAll("button[data-outcome]")];
  const items = [...document.querySelectorAll(".item")];
  const checks = items.filter((item) => item.tagName === "DETAILS");

  const apply = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const outcomes = chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.dataset.outcome);
    for (const item of items) {
      const { outcome, group: own, text: about } = item.dataset;
      item.hidden = !(
        words.every((word) => about.includes(word)) &&
        (group.value === "" || group.value === own) &&
        (outcomes.length === 0 || outcomes.includes(outcome))
      );
    }
    for (const section of document.querySelectorAll("section.group, #causes")) {
      section.hidden = !section.querySelector(".item:not([hidden])");
    }
    const shown = checks.filter((check) => !check.hidden).length;
    document.getElementById("shown").textContent = `${shown} of ${checks.length} checks`;
  };

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") {
      target.hidden = false;
      target.open = true;
      target.scrollIntoView();
    }
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  text.addEventListener("input", apply);
  group.addEventListener("change", apply);
  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      apply();
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !["INPUT", "SELECT"].includes(document.activeElement.tagName)) {
      event.preventDefault();
      text.focus();
    }
  });
  // What is folded is not printed.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = checks.filter((check) => !check.open && ["fail", "warn", "error"].includes(check.dataset.outcome));
    folded.forEach((check) => { check.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((check) => { check.open = false; }));
  addEventListener("hashchange", reveal);
  apply();
  reveal();
})();
