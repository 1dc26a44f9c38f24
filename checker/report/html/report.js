"use strict";
(() => {
  const PAGE = 50;
  // More than this is no use on paper; the count says what was left out.
  const PRINTED = 2000;
  const WIDE = matchMedia("(min-width: 78.01rem)");
  // Columns that only a wide window has.
  const EXTRA = 2;
  const SEVERITIES = ["error", "warning", "note", "unresolved", "no finding"];
  const NUMBERS = new Set(["days", "trail", "excerpt"]);
  const FILTERS = ["severity", "rule", "model", "regions", "kind", "status"];
  const NONE = "\u2013";
  // No value of a filter can be this: names are printed without controls.
  const ABSENT = "\u0000";

  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const texts = data.texts;
  const rules = new Map(data.rules.map(([id, summary, link]) => [texts[id], { summary: texts[summary], link: texts[link] }]));
  const rows = data.rows.map((cells, order) => {
    const row = { order };
    data.fields.forEach((field, at) => {
      row[field] = NUMBERS.has(field) ? cells[at] : texts[cells[at]];
    });
    row.gravity = SEVERITIES.indexOf(row.severity);
    row.regionList = row.regions ? row.regions.split(", ") : [];
    return row;
  });

  const firsts = new Map();
  for (const row of rows) if (row.fingerprint && !firsts.has(row.fingerprint)) firsts.set(row.fingerprint, row);

  const state = { filters: {}, words: [], key: "", direction: 1, page: 0, matching: rows, expanded: new Set(), onPaper: false };
  const body = byId("body");
  const compare = new Intl.Collator("en", { numeric: true }).compare;

  function make(name, attributes, ...content) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== null) made.setAttribute(key, value);
    }
    made.append(...content.filter((part) => part !== ""));
    return made;
  }

  function values(row, key) {
    if (key === "regions") return row.regionList.length ? row.regionList : [""];
    return [row[key]];
  }

  function fillFilters() {
    for (const key of FILTERS) {
      const counts = new Map();
      for (const row of rows) {
        for (const value of values(row, key)) counts.set(value, (counts.get(value) || 0) + 1);
      }
      const names = [...counts.keys()];
      if (key === "severity") names.sort((a, b) => SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b));
      else names.sort((a, b) => (a === "") - (b === "") || compare(a, b));
      const select = byId(`filter-${key}`);
      for (const name of names) {
        const shown = name || (key === "regions" ? "not known" : "none");
        const count = counts.get(name).toLocaleString("en");
        select.append(make("option", { value: name || ABSENT }, `${shown} (${count})`));
      }
    }
  }

  function haystack(row) {
    if (row.haystack === undefined) {
      const parts = data.fields.filter((field) => !NUMBERS.has(field)).map((field) => row[field]);
      for (const [location, said] of row.trail === null ? [] : data.trails[row.trail]) parts.push(texts[location], texts[said]);
      row.haystack = parts.join("\n").toLowerCase();
    }
    return row.haystack;
  }

  function matches(row) {
    for (const key of FILTERS) {
      const wanted = state.filters[key];
      if (wanted && !values(row, key).includes(wanted === ABSENT ? "" : wanted)) return false;
    }
    return state.words.every((word) => haystack(row).includes(word));
  }

  function order(one, other) {
    const key = state.key;
    let result = 0;
    if (key === "severity") result = one.gravity - other.gravity;
    else if (key) {
      // What has no value comes last, in either direction.
      const empty = (one[key] === "") - (other[key] === "");
      if (empty) return empty;
      result = compare(one[key], other[key]);
    }
    return result * state.direction || one.order - other.order;
  }

  function update() {
    state.matching = rows.filter(matches);
    if (state.key) state.matching.sort(order);
    state.page = 0;
    show();
  }

  function show() {
    const pages = Math.max(Math.ceil(state.matching.length / PAGE), 1);
    state.page = Math.min(Math.max(state.page, 0), pages - 1);
    fill(state.matching.slice(state.page * PAGE, (state.page + 1) * PAGE));
    const count = state.matching.length.toLocaleString("en");
    const all = rows.length.toLocaleString("en");
    const found = state.matching.length === rows.length ? `${all} ${rows.length === 1 ? "row" : "rows"}` : `${count} of ${all} rows`;
    byId("count").textContent = pages > 1 ? `${found}; page ${state.page + 1} of ${pages}` : found;
    byId("page").textContent = `Page ${state.page + 1} of ${pages}`;
    byId("previous").disabled = state.page === 0;
    byId("next").disabled = state.page === pages - 1;
    document.querySelector(".pager").hidden = pages === 1;
    for (const head of document.querySelectorAll("#table thead th")) {
      if (head.dataset.key !== state.key) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", state.direction > 0 ? "ascending" : "descending");
    }
    byId("sort").value = state.key;
  }

  function fill(shown) {
    const made = [];
    for (const row of shown) {
      made.push(rowElement(row));
      if (state.expanded.has(row.order)) made.push(detailElement(row));
    }
    if (!made.length) {
      const said = rows.length ? "Nothing matches the filters." : "No reference to a model was found.";
      made.push(make("tr", { class: "empty", role: "row" }, make("td", { colspan: across(), role: "cell" }, said)));
    }
    body.replaceChildren(...made);
  }

  // A cell over more columns than are shown would make the others narrower.
  function across() {
    const all = document.querySelectorAll("#table thead th").length;
    return String(WIDE.matches && !state.onPaper ? all : all - EXTRA);
  }

  // The roles are written out, since on a narrow screen the table is not laid out as one.
  function cell(name, ...content) {
    const isBlank = content.filter((part) => part !== "").every((part) => part === NONE);
    return make("td", { class: name, role: "cell", "data-blank": isBlank ? "" : null }, ...content);
  }

  // A name may be broken after what joins its parts.
  function named(text) {
    const made = make("code", {});
    text.split(/(?<=[./_:-])(?=[^./_:-])/).forEach((part, at) => made.append(...(at ? [make("wbr", {}), part] : [part])));
    return made;
  }

  function sub(text) {
    return text ? make("span", { class: "sub" }, text) : "";
  }

  function ahead(days) {
    if (days === null) return "";
    const count = `${Math.abs(days).toLocaleString("en")} ${Math.abs(days) === 1 ? "day" : "days"}`;
    return days === 0 ? "today" : days > 0 ? `in ${count}` : `${count} ago`;
  }

  function rowElement(row) {
    const isExpanded = state.expanded.has(row.order);
    const toggle = make(
      "button",
      { type: "button", class: "toggle", "aria-expanded": String(isExpanded), "aria-controls": isExpanded ? `detail-${row.order}` : null },
      row.severity,
      make("span", { class: "unseen" }, `, details of ${row.address || row.rule} ${row.path}`),
    );
    const classes = ["row", row.severity.replace(" ", "-")];
    if (row.status && row.status !== "open") classes.push("not-open");
    if (isExpanded) classes.push("expanded");
    const used = row.address ? [named(`${row.address} ${row.path}`), sub(row.location)] : [row.location ? named(row.location) : NONE];
    const made = make(
      "tr",
      { class: classes.join(" "), role: "row", "data-order": String(row.order), id: anchor(row) || null },
      cell("severity", toggle),
      cell("rule", row.rule || NONE),
      cell("model", row.model ? named(row.model) : NONE),
      cell("regions", row.regions || (row.model ? "not known" : NONE)),
      cell("eol", row.eol || NONE, sub(ahead(row.days))),
      cell("address", ...used),
      cell("kind", row.kind.replaceAll("_", " ") || NONE),
      cell("status", row.status || NONE),
    );
    return made;
  }

  // The first row of a finding is where a link to it leads; the others are uses that share its line.
  function anchor(row) {
    return row.fingerprint && firsts.get(row.fingerprint) === row ? `finding-${row.fingerprint}` : "";
  }

  // Opens the finding that the address of the page names, whatever is filtered.
  function follow() {
    const row = firsts.get(location.hash.replace(/^#finding-/, ""));
    if (!row) return;
    if (!state.matching.includes(row)) reset();
    state.expanded.add(row.order);
    state.page = Math.floor(state.matching.indexOf(row) / PAGE);
    show();
    const element = byId(anchor(row));
    element.scrollIntoView();
    element.querySelector(".toggle").focus({ preventScroll: true });
  }

  function fact(list, name, ...content) {
    if (content.some((part) => part !== "")) list.append(make("dt", {}, name), make("dd", {}, ...content));
  }

  function detailElement(row) {
    const parts = [];
    if (row.message) parts.push(make("p", { class: "message" }, row.message));
    if (row.excerpt !== null) {
      const [location, before, marked, after] = data.excerpts[row.excerpt].map((at) => texts[at]);
      parts.push(make("div", { class: "quiet" }, named(location)));
      const line = make("pre", { class: "excerpt", tabindex: "0", "aria-label": `Line at ${location}` }, before, make("mark", {}, marked), after);
      parts.push(line);
    }
    const facts = make("dl", { class: "facts" });
    fact(facts, "What to do", row.advice);
    fact(facts, "Dates", row.dates);
    fact(facts, "Written as", row.text && row.text !== row.model ? named(row.text) : "");
    if (row.trail !== null) fact(facts, "How it gets here", trail(data.trails[row.trail], row));
    fact(facts, "Certainty", row.certainty + (row.given ? `, if ${row.given}` : ""));
    fact(facts, "Region", row.regions || (row.model ? "not known: every Region counts" : ""));
    fact(facts, "Kind", [row.kind, row.usage, row.resource_type].filter(Boolean).join(" · "));
    fact(facts, "Planned change", row.change);
    fact(facts, "Status", row.status);
    fact(facts, "Waived", row.waiver);
    fact(facts, "Also breaks", row.also);
    fact(facts, "Owners", row.owners);
    if (anchor(row)) fact(facts, "Address", make("a", { href: `#${anchor(row)}` }, "of this finding on this page"));
    const rule = rules.get(row.rule);
    if (rule) {
      const link = rule.link ? make("a", { href: rule.link, rel: "noopener noreferrer" }, "read more") : "";
      fact(facts, "The rule", rule.summary, link ? " " : "", link);
    }
    parts.push(facts);
    const content = make("td", { colspan: across(), role: "cell" }, ...parts);
    return make("tr", { class: "detail", role: "row", id: `detail-${row.order}` }, content);
  }

  function trail(steps, row) {
    const list = make("ol", { class: "trail" });
    for (const [location, said] of steps) {
      list.append(make("li", {}, texts[said] || "written here", " ", texts[location] ? make("span", { class: "quiet" }, named(texts[location])) : ""));
    }
    list.append(make("li", {}, named(`${row.address} ${row.path}`), " ", make("span", { class: "quiet" }, named(row.location))));
    return list;
  }

  function toggleRow(element) {
    const at = Number(element.dataset.order);
    const isExpanded = state.expanded.has(at);
    const button = element.querySelector(".toggle");
    if (isExpanded) {
      state.expanded.delete(at);
      element.nextElementSibling.remove();
      button.removeAttribute("aria-controls");
    } else {
      state.expanded.add(at);
      element.after(detailElement(rows[at]));
      button.setAttribute("aria-controls", `detail-${at}`);
    }
    element.classList.toggle("expanded", !isExpanded);
    button.setAttribute("aria-expanded", String(!isExpanded));
  }

  function sortBy(key) {
    state.direction = state.key === key ? -state.direction : 1;
    state.key = key;
    update();
  }

  function turn(by) {
    state.page += by;
    show();
    const table = byId("findings");
    table.focus({ preventScroll: true });
    table.scrollIntoView();
  }

  function reset() {
    for (const key of FILTERS) byId(`filter-${key}`).value = "";
    byId("filter-text").value = "";
    Object.assign(state, { filters: {}, words: [], key: "", direction: 1 });
    update();
  }

  function listen() {
    for (const key of FILTERS) {
      byId(`filter-${key}`).addEventListener("change", (event) => {
        state.filters[key] = event.target.value;
        update();
      });
    }
    byId("filter-text").addEventListener("input", (event) => {
      state.words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
      update();
    });
    byId("sort").addEventListener("change", (event) => {
      Object.assign(state, { key: event.target.value, direction: 1 });
      update();
    });
    for (const button of document.querySelectorAll("[data-sort]")) {
      button.addEventListener("click", () => sortBy(button.dataset.sort));
    }
    byId("reset").addEventListener("click", reset);
    byId("previous").addEventListener("click", () => turn(-1));
    byId("next").addEventListener("click", () => turn(1));
    body.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      // Whoever marks text in a row does not mean to open it.
      if (row && (event.target.closest(".toggle") || String(getSelection()) === "")) toggleRow(row);
    });
    WIDE.addEventListener("change", show);
    addEventListener("hashchange", follow);
    addEventListener("beforeprint", () => {
      state.onPaper = true;
      fill(state.matching.slice(0, PRINTED));
      const left = state.matching.length - PRINTED;
      if (left > 0) byId("count").textContent += `; ${left.toLocaleString("en")} rows are not printed`;
    });
    addEventListener("afterprint", () => {
      state.onPaper = false;
      show();
    });
  }

  fillFilters();
  listen();
  for (const part of document.querySelectorAll("#table, #table thead, #body, #table thead tr, #table thead th")) {
    const roles = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TH: "columnheader" };
    part.setAttribute("role", roles[part.tagName]);
  }
  byId("static").remove();
  byId("interactive").hidden = false;
  show();
  follow();
})();
