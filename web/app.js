// Banso in the browser: small comforts over pages that the server writes whole. Nothing here is needed to read,
// sign in, filter or save. One block, one behaviour; its first line says what it does.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (type, act, options) => document.addEventListener(type, act, options);

// htmx 2 and 4 name their events differently; this is the only place that knows.
const onSwap = (act) => ["htmx:afterSwap", "htmx:after:swap"].forEach((name) => on(name, (event) => act(event.target)));
const onRequest = (act) =>
  ["htmx:beforeRequest", "htmx:before:request"].forEach((name) => on(name, (event) => act(event.target)));

// While an IME composes, and in fields, keys belong to the writer.
const composing = (event) => event.isComposing || event.keyCode === 229;
const writing = (event) => event.target.closest?.("input, select, textarea, [contenteditable]") !== null;
const overlaid = () => $("dialog[open]") !== null;

// Kanji being chosen neither searches nor submits: half-written input is held back until it is confirmed.
on("input", (event) => {
  if (event.isComposing && event.target.closest("[hx-get], [hx-post]")) event.stopImmediatePropagation();
}, true);
on("compositionend", (event) => {
  if (event.target.closest("[hx-get], [hx-post]")) event.target.dispatchEvent(new Event("input", { bubbles: true }));
});
on("keydown", (event) => {
  if (event.key === "Enter" && composing(event) && event.target.matches("input")) {
    event.stopImmediatePropagation();
    if (!event.isComposing) event.preventDefault(); // Safari says so just after the end of composing
  }
}, true);

// Search: "/" puts the cursor into the page's search field.
const search = () => $("[data-search]:not([disabled])");
const toSearch = (event) => {
  const field = search();
  if (!field || overlaid()) return;
  event.preventDefault();
  field.focus();
  field.select();
};

// Lists: j and k move between the rows of table[data-list]; the row's own link has the focus, so Enter opens it.
const rowLinks = () => $$("table[data-list] tbody tr[data-href]").map((row) => $("a", row)).filter(Boolean);
const step = (event, by) => {
  const links = rowLinks();
  if (!links.length || overlaid()) return;
  event.preventDefault();
  const here = document.activeElement.closest?.("tr[data-href]");
  const now = links.findIndex((link) => link.closest("tr") === here);
  const next = links[now < 0 ? 0 : Math.min(Math.max(now + by, 0), links.length - 1)];
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
};

// Selection: x, a box in a row and the box in the head pick rows; form[data-selection] shows how many there are and sends
// their numbers as one field, however many. It says what the rows are called, "account" if it doesn't.
const picks = () => $$("[data-pick]");
const countPicked = () => {
  const form = $("form[data-selection]");
  if (!form) return;
  const picked = picks().filter((box) => box.checked).length;
  form.toggleAttribute("data-some", picked > 0);
  $("output", form).textContent = picked ? picked.toLocaleString(document.documentElement.lang) : "";
  const all = $("[data-pick-all]");
  all.checked = picked > 0 && picked === picks().length;
  all.indeterminate = picked > 0 && !all.checked;
};
const pickRow = () => {
  const box = $("[data-pick]", document.activeElement.closest?.("tr[data-href]") ?? document.createElement("tr"));
  if (!box || overlaid()) return;
  box.checked = !box.checked;
  countPicked();
};
on("change", (event) => {
  if (event.target.matches("[data-pick-all]")) picks().forEach((box) => { box.checked = event.target.checked; });
  if (event.target.matches("[data-pick], [data-pick-all]")) countPicked();
});
on("formdata", (event) => {
  if (!event.target.matches("[data-selection]")) return;
  const name = event.target.dataset.selection || "account";
  const numbers = event.formData.getAll(name);
  event.formData.delete(name);
  event.formData.set(`${name}s`, numbers.join(","));
});
onSwap(countPicked);
window.addEventListener("pageshow", countPicked);

// Order: in ol[data-ordered] the buttons [data-up] and [data-down] move their item, and keep the focus.
on("click", (event) => {
  const button = event.target.closest("[data-ordered] :is([data-up], [data-down])");
  if (!button) return;
  const item = button.closest("li");
  if (button.matches("[data-up]")) item.previousElementSibling?.before(item);
  else item.nextElementSibling?.after(item);
  button.focus();
});

// Palette: Ctrl/Cmd-K opens #palette; its field asks the server for accounts, people and views, and narrows the pages
// itself. Arrows move, Enter goes to the first.
const palette = document.getElementById("palette");
const paletteLinks = () => $$(".hits li:not([hidden]) a", palette);
const openPalette = (event) => {
  if (!palette || overlaid()) return;
  event.preventDefault();
  palette.showModal();
  $("input", palette).select();
  if (!$("#palette-hits", palette).childElementCount) $("input", palette).dispatchEvent(new Event("input", { bubbles: true }));
};
const upToDate = () => $("[data-for]", palette)?.dataset.for === $("input", palette).value.trim();
const narrowPages = () => {
  const typed = $("input", palette).value.trim().toLowerCase();
  const items = $$("[data-pages] li", palette);
  items.forEach((item) => { item.hidden = !item.textContent.toLowerCase().includes(typed); });
  $("[data-pages]", palette).hidden = items.every((item) => item.hidden);
};
palette?.addEventListener("input", narrowPages);
palette?.addEventListener("keydown", (event) => {
  if (composing(event)) return;
  const links = paletteLinks();
  if (event.key === "Enter" && event.target.matches("input")) {
    event.preventDefault();
    if (upToDate()) links[0]?.click();
    else event.target.dataset.eager = "";
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    (links[Math.min(next, links.length - 1)] ?? $("input", palette)).focus();
  }
});
onSwap((target) => {
  const field = target.id === "palette-hits" && $("input[data-eager]", palette);
  if (!field || !upToDate()) return;
  delete field.dataset.eager;
  paletteLinks()[0]?.click();
});

// Keys of a row: a letter presses the [data-key] link or button of the list's row that has the focus.
const pressInRow = (event) => {
  const row = document.activeElement?.closest("tr[data-href]");
  const wanted = row && $$("[data-key]", row).find((each) => each.dataset.key === event.key);
  if (!wanted || overlaid()) return;
  event.preventDefault();
  wanted.click();
};

// Help: "?" opens the dialog that lists the keys; so does any [data-open="id of a dialog"].
const openDialog = (id) => {
  const dialog = document.getElementById(id);
  if (dialog && !overlaid()) dialog.showModal();
};
on("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) openDialog(opener.dataset.open);
});

// Keys of a page: a letter presses the [data-page-key] link or button.
const pressOnPage = (event) => {
  const wanted = $$("[data-page-key]").find((each) => each.dataset.pageKey === event.key);
  if (!wanted || event.defaultPrevented || overlaid()) return;
  event.preventDefault();
  wanted.click();
};

on("keydown", (event) => {
  if (composing(event) || event.defaultPrevented || event.altKey) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return openPalette(event);
  if (event.ctrlKey || event.metaKey || writing(event)) return;
  if (event.key === "/") toSearch(event);
  else if (event.key === "j") step(event, 1);
  else if (event.key === "k") step(event, -1);
  else if (event.key === "x") pickRow();
  else if (event.key === "?") openDialog("keyboard-help");
  else {
    pressInRow(event);
    pressOnPage(event);
  }
});

// Rows: a click anywhere in tr[data-href] follows its link, unless text was selected or something else was meant.
const followRow = (event) => {
  const row = event.target.closest?.("tr[data-href]");
  if (!row || event.defaultPrevented || event.target.closest("a, button, input, label, select, summary")) return;
  if (window.getSelection().toString()) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button === 1) window.open(row.dataset.href, "_blank", "noopener");
  else if (event.button === 0) ($("a", row) ?? { click: () => window.location.assign(row.dataset.href) }).click();
};
on("click", followRow);
on("auxclick", followRow);

// Menus: details.menu close on Escape, on a click or focus outside, and arrows move in them.
const closeMenus = (except) => $$("details.menu[open]").forEach((menu) => { if (menu !== except) menu.open = false; });
on("click", (event) => closeMenus(event.target.closest("details.menu")));
on("focusin", (event) => closeMenus(event.target.closest("details.menu")));
on("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu || composing(event)) return;
  if (event.key === "Escape") {
    menu.open = false;
    $("summary", menu).focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const items = $$(".menu-items :is(a, button):not([disabled])", menu);
    const next = items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    items.at(next < 0 ? -1 : next % items.length)?.focus();
  }
});

// Side navigation: a popover on the phone (no script); here only the return to a wide window, and to the top of it on opening.
const wide = window.matchMedia("(width >= 48rem)");
const sideNav = document.getElementById("side-nav");
wide.addEventListener("change", () => { if (sideNav?.matches(":popover-open")) sideNav.hidePopover(); });
sideNav?.addEventListener("toggle", (event) => {
  if (event.newState === "open") ($("[aria-current=page]", sideNav) ?? $("a", sideNav)).focus();
});

// Drawers: a dialog[data-drawer] that htmx brings opens itself, shows its data-url in the address bar, and on closing
// leaves the page, gives back the address and the focus.
let asker = null;
onRequest((element) => { asker = element; });
const openDrawer = (drawer) => {
  const before = { state: history.state, url: window.location.href, focus: asker, going: false };
  if (drawer.dataset.url) history.pushState({ drawer: true }, "", drawer.dataset.url);
  const row = before.focus?.closest?.("tr");
  row?.setAttribute("data-selected", "");
  const goBack = () => {
    before.going = true;
    drawer.close();
  };
  window.addEventListener("popstate", goBack);
  drawer.addEventListener("close", () => {
    window.removeEventListener("popstate", goBack);
    if (drawer.dataset.url && !before.going) history.replaceState(before.state, "", before.url);
    row?.removeAttribute("data-selected");
    drawer.remove();
    if (before.focus?.isConnected) before.focus.focus();
  }, { once: true });
  drawer.showModal();
};
onSwap(() => $$("dialog[data-drawer]:not([open])").forEach(openDrawer));

// Questions: a form (or its button) with data-confirm asks in #confirm-dialog before it is sent; data-confirm-detail and
// data-confirm-ok say more. All words come from the server.
const ask = (asked) => new Promise((answer) => {
  const dialog = document.getElementById("confirm-dialog");
  const yes = $("[value=ok]", dialog);
  yes.dataset.label ??= yes.textContent;
  $("h2", dialog).textContent = asked.dataset.confirm;
  $("p", dialog).textContent = asked.dataset.confirmDetail ?? "";
  yes.textContent = asked.dataset.confirmOk ?? yes.dataset.label;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => answer(dialog.returnValue === "ok"), { once: true });
  dialog.showModal();
});
on("submit", async (event) => {
  const { target: form, submitter } = event;
  const asked = submitter?.dataset.confirm ? submitter : form;
  if (!asked.dataset.confirm || form.dataset.answered) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(asked))) return;
  form.dataset.answered = "yes";
  form.requestSubmit(submitter);
  delete form.dataset.answered;
}, true);

// Dialogs: [data-close], a click beside the box and Escape close the dialog they are in, unless an IME composes. A drawer
// that somebody has written in asks first, in words that #confirm-dialog carries itself.
const confirmation = document.getElementById("confirm-dialog");
const unwritten = "[type=radio], [type=checkbox], [type=search], select";
on("input", (event) => {
  const drawer = event.target.closest("dialog[data-drawer]");
  if (drawer && !event.target.matches(unwritten)) drawer.dataset.written = "";
}, true);
const leave = async (dialog) => {
  if (confirmation.open) return;
  if (!("written" in dialog.dataset) || (await ask(confirmation))) dialog.close();
};
on("click", (event) => {
  const dialog = event.target.closest("dialog");
  if (!event.target.closest("[data-close]") && !event.target.matches("dialog[open]")) return;
  if (dialog?.matches("[data-drawer]")) leave(dialog);
  else dialog?.close();
});
on("keydown", (event) => {
  const drawer = $("dialog[data-drawer][open]");
  if (!overlaid() || (event.key !== "Escape" && event.code !== "Escape")) return; // an IME's keys are named "Process"
  if (composing(event)) event.preventDefault();
  else if (drawer && !confirmation.open && !event.defaultPrevented) {
    event.preventDefault(); // "cancel" can be held back only once
    leave(drawer);
  }
});
on("cancel", (event) => {
  if (!event.target.matches("dialog[data-drawer][data-written]")) return;
  event.preventDefault(); // the way back of a phone
  leave(event.target);
}, true);

// Quick forms: Ctrl/Cmd-Enter saves a form[data-quick-save], once; while no text is being written, the number keys choose
// among the radios that its data-number-keys names, by their values.
const ticks = "[type=radio], [type=checkbox]";
on("keydown", (event) => {
  const form = event.target.closest?.("form[data-quick-save]");
  if (!form || composing(event)) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  } else if (!writing(event) || event.target.matches(ticks)) {
    const choice = $$(`[name="${form.dataset.numberKeys}"]`, form).find((radio) => radio.value === event.key);
    if (choice) choice.checked = true;
  }
});
on("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-quick-save], [data-busy]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => $$("form[data-sent]").forEach((form) => delete form.dataset.sent));

// Long work: the button of a form[data-busy] says what goes on, in the words of the form, and is pressed once.
on("submit", ({ target: form, submitter }) => {
  if (!form.matches("[data-busy]")) return;
  const turning = Object.assign(document.createElement("span"), { className: "spinner" });
  submitter.replaceChildren(turning, form.dataset.busy);
  submitter.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", (event) => { if (event.persisted && $("[aria-busy]")) location.reload(); });

// Filters: a form[data-autosubmit] is sent when a choice in it changes; its .without-script button is then not needed.
document.documentElement.classList.add("scripted");
on("change", (event) => {
  if (event.target.matches("select, [type=checkbox], [type=radio], [type=date]")) event.target.closest("form[data-autosubmit]")?.requestSubmit();
});

// Being there: the address in [data-here] is told once a minute that somebody is at the page, as long as keys, pointer or
// scrolling were seen within ten minutes. Who is at lunch says nothing.
const AT_IT = 10 * 60_000;
let lastSeen = Date.now();
["keydown", "pointermove", "pointerdown", "scroll"].forEach((type) => on(type, () => { lastSeen = Date.now(); }, { passive: true, capture: true }));
const sayHere = () => {
  const address = $("[data-here]")?.dataset.here;
  if (!address || Date.now() - lastSeen > AT_IT) return;
  const token = JSON.parse(document.body.getAttribute("hx-headers"));
  fetch(address, { method: "POST", headers: token }).catch(() => {}); // said again in a minute
};
setInterval(sayHere, 60_000);

// Messages: .flash in #toasts goes after a while, waits under pointer or focus; warnings and errors stay until dismissed.
const LINGER = 6000;
const settle = (flash) => {
  if (flash.dataset.settled) return;
  flash.dataset.settled = "yes";
  if (["warning", "error"].includes(flash.dataset.level)) return;
  let timer = 0;
  const start = () => { timer = window.setTimeout(() => flash.remove(), LINGER); };
  const stop = () => window.clearTimeout(timer);
  ["mouseenter", "focusin"].forEach((name) => flash.addEventListener(name, stop));
  ["mouseleave", "focusout"].forEach((name) => flash.addEventListener(name, () => { stop(); start(); }));
  start();
};
// A live region speaks only of what arrives later, so the messages of a fresh page are put in once more.
const toasts = document.getElementById("toasts");
if (toasts) {
  const waiting = [...toasts.children];
  window.setTimeout(() => toasts.append(...waiting), 100);
  new MutationObserver(() => $$(".flash", toasts).forEach(settle)).observe(toasts, { childList: true });
}
on("click", (event) => event.target.closest("[data-dismiss]")?.closest(".flash")?.remove());

// Copies: [data-copy="id of a field"] takes the field's text along, and says so in its own words.
on("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  // The clipboard is there only over HTTPS or on this machine; the old way works everywhere else.
  if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
  else document.execCommand("copy");
  $("span", button).textContent = button.dataset.copied;
});

// Moves: a row[data-drag] dropped on a [data-drop] asks its data-drag-asks what would come of it, as the choice in the row
// does for who has no mouse. Meanwhile html[data-dragging] shows what else takes it.
let dragged = null;
const dropIn = (event) => (dragged && event.target.closest?.("[data-drop]")) || null;
const over = (place) => $$("[data-drop]").forEach((each) => each.toggleAttribute("data-over", each === place));
on("dragstart", (event) => {
  dragged = event.target.closest?.("[data-drag]") ?? null;
  if (!dragged) return;
  event.dataTransfer.setData("text/plain", dragged.dataset.drag);
  setTimeout(() => document.documentElement.toggleAttribute("data-dragging", true)); // changed at once, it ends the drag
});
on("dragend", () => {
  dragged = null;
  document.documentElement.removeAttribute("data-dragging");
  over(null);
});
on("dragover", (event) => {
  if (!dragged) return;
  over(dropIn(event));
  if (dropIn(event)) event.preventDefault();
});
on("drop", (event) => {
  const place = dropIn(event);
  if (!place) return;
  event.preventDefault();
  const move = encodeURIComponent(`${dragged.dataset.drag}:${place.dataset.drop}`);
  htmx.ajax("GET", `${dragged.dataset.dragAsks}&move=${move}`, "#drawer");
});

// Files: .dropzone takes dropped files into its input and says their names in its output.
const tell = (zone) => {
  const names = [...$("input[type=file]", zone).files].map((file) => file.name);
  $("output", zone).textContent = names.join(document.documentElement.lang === "ja" ? "、" : ", ");
};
on("change", (event) => {
  const zone = event.target.closest(".dropzone");
  if (zone) tell(zone);
});
["dragover", "dragleave", "drop"].forEach((type) => on(type, (event) => {
  const zone = event.target.closest?.(".dropzone");
  if (!zone) return;
  event.preventDefault();
  zone.toggleAttribute("data-over", type === "dragover");
  if (type !== "drop") return;
  const field = $("input[type=file]", zone);
  field.files = event.dataTransfer.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}));

// Charts: the bundle named by <script data-charts> is fetched only when a page has a [data-chart]; a change of theme
// paints them again, and so does paper.
const bundle = $("script[data-charts]")?.dataset.charts;
const charts = async () => {
  if (!bundle || !$("[data-chart]")) return;
  const { mountCharts } = await import(bundle);
  mountCharts(document);
};
const repaint = async () => {
  if (bundle && $("[data-chart]")) (await import(bundle)).repaintCharts();
};
charts();
onSwap(charts);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
window.matchMedia("print").addEventListener("change", repaint);
new MutationObserver(repaint).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "class"] });
