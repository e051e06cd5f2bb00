// Sorting, filtering and keys of the lists of claims. Without it every claim is shown and opens.
"use strict";

const plain = (text) => text.normalize("NFKC").toLowerCase();

function setUp(browser) {
  const list = browser.querySelector(".claims");
  const claims = [...list.querySelectorAll(".claim")];
  const words = new Map(claims.map((claim) => [claim, plain(claim.textContent)]));
  const search = browser.querySelector("input[type=search]");
  const filters = [...browser.querySelectorAll("select[data-filter]")];
  const order = browser.querySelector("select[data-order]");
  const status = browser.querySelector("[role=status]");
  const nothing = browser.querySelector(".nothing");
  const summaries = () =>
    claims.filter((claim) => !claim.hidden).sort(inOrder).map((claim) => claim.querySelector("summary"));

  function key(claim) {
    const value = claim.dataset[order.value];
    return order.value === "place" || order.value === "confidence" ? Number(value) : value;
  }

  function inOrder(one, other) {
    const [first, second] = [key(one), key(other)];
    const sign = ["confidence", "level"].includes(order.value) ? -1 : 1;
    if (first !== second) return first < second ? -sign : sign;
    return one.dataset.place - other.dataset.place;
  }

  function update() {
    const wanted = plain(search.value).split(/\s+/).filter(Boolean);
    for (const claim of claims) {
      const chosen = filters.every((one) => !one.value || claim.dataset[one.dataset.filter] === one.value);
      claim.hidden = !(chosen && wanted.every((word) => words.get(claim).includes(word)));
    }
    const shown = claims.filter((claim) => !claim.hidden).length;
    status.textContent = `${shown} of ${claims.length} shown`;
    nothing.hidden = shown > 0;
  }

  function sort() {
    list.append(...[...claims].sort(inOrder), nothing);
  }

  function clear() {
    search.value = "";
    for (const one of filters) one.value = "";
    update();
  }

  function move(event) {
    const reachable = summaries();
    const place = reachable.indexOf(event.target);
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: reachable.length - 1 }[event.key];
    if (next === undefined || !reachable[next]) return;
    event.preventDefault();
    reachable[next].focus();
  }

  search.addEventListener("input", update);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && search.value) {
      event.preventDefault();
      search.value = "";
      update();
    }
  });
  for (const one of filters) one.addEventListener("change", update);
  order.addEventListener("change", sort);
  browser.querySelector("button.clear").addEventListener("click", clear);
  browser.querySelector("button.all").addEventListener("click", (event) => {
    const open = event.target.getAttribute("aria-pressed") !== "true";
    for (const claim of claims) claim.open = open;
    event.target.setAttribute("aria-pressed", open);
  });
  list.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const claim = event.target.closest(".claim[open]");
      if (!claim) return;
      claim.open = false;
      claim.querySelector("summary").focus();
    } else if (event.target.tagName === "SUMMARY") {
      move(event);
    }
  });
  browser.addEventListener("reveal", clear);
  browser.querySelector(".tools").hidden = false;
  update();
}

// A link to a claim opens it, whatever is filtered.
function reveal() {
  const claim = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!claim || !claim.matches(".claim")) return;
  if (claim.hidden) claim.closest(".browser").dispatchEvent(new Event("reveal"));
  claim.open = true;
  claim.scrollIntoView();
}

document.querySelectorAll(".browser").forEach(setUp);
addEventListener("hashchange", reveal);
reveal();
