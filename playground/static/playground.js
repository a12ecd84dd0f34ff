"use strict";
// The page's script: acts through /_control, and fetches parts of the page again when the stream says so.

const here = { ...document.body.dataset };
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

function toast(text) {
  const note = Object.assign(document.createElement("p"), { className: "toast", textContent: text });
  $("#toasts").append(note);
  setTimeout(() => note.remove(), 6000);
}

async function control(act, body) {
  const response = await fetch(`/_control/${act}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user: here.user, ...body }),
  });
  const result = await response.json();
  if (result.message && !response.ok) toast(result.message);
  else if (result.error && !result.errors) toast(`The app didn't manage that: ${result.error}`);
  return result;
}

// Fetching parts again: what is being typed, focus and scrolling stay.

const fromBottom = (scroll) => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight;

function snapshot(root) {
  const active = root.contains(document.activeElement) ? document.activeElement : null;
  const scroll = $(".scroll", root);
  return {
    focus: active?.dataset.keep,
    value: active?.value,
    selection: active && "selectionStart" in active ? active.selectionStart : null,
    drafts: $$(".composer textarea", root).map((area) => [area.dataset.keep, area.value]),
    open: $$("details[open][data-key]", root).map((each) => each.dataset.key),
    top: scroll?.scrollTop ?? 0,
    atBottom: scroll ? fromBottom(scroll) < 60 : true,
  };
}

function restore(root, before) {
  const kept = (key) => $(`[data-keep="${CSS.escape(key)}"]`, root);
  for (const [key, text] of before.drafts) if (kept(key)) kept(key).value = text;
  for (const key of before.open) $(`details[data-key="${CSS.escape(key)}"]`, root)?.setAttribute("open", "");
  const field = before.focus && kept(before.focus);
  if (field) {
    if (field.type !== "checkbox" && field.type !== "radio") field.value = before.value;
    field.focus({ preventScroll: true });
    if (before.selection !== null && field.setSelectionRange && field.type === "text") {
      field.setSelectionRange(before.selection, before.selection);
    }
  }
  const scroll = $(".scroll", root);
  if (scroll) scroll.scrollTop = "keepBottom" in scroll.dataset && before.atBottom ? scroll.scrollHeight : before.top;
}

// A picture has no height until it is there: who was at the bottom stays there.
document.addEventListener("load", ({ target }) => {
  const log = target.closest?.("[data-keep-bottom]");
  if (log && fromBottom(log) < 60 + target.offsetHeight) log.scrollTop = log.scrollHeight;
}, true);

function prepare(root) {
  for (const select of $$("select[data-chosen]", root)) select.value = select.dataset.chosen;
  for (const field of $$("input[data-epoch]", root)) {
    if (field.dataset.epoch) {
      const local = new Date(field.dataset.epoch * 1000 - new Date().getTimezoneOffset() * 60000);
      field.value = local.toISOString().slice(0, 16);
    }
  }
}

async function load(part) {
  const root = $(`#${part}`);
  if (part === "inspector" && root.hidden) return;
  const query = new URLSearchParams(here);
  const response = await fetch(`/_ui/${part}?${query}`);
  const html = await response.text();
  if (root.dataset.last === html) return;
  const before = snapshot(root);
  const wasOpen = part === "modal" && Boolean($(".modal", root));
  root.dataset.last = html;
  root.innerHTML = html;
  prepare(root);
  restore(root, before);
  if (part === "modal" && !before.focus) focusModal(root, wasOpen);
}

let beforeModal = null;
function focusModal(root, wasOpen) {
  const modal = $(".modal", root);
  if (!modal) return void beforeModal?.focus?.();
  if (!wasOpen) beforeModal = document.activeElement;
  ($("[aria-invalid]", modal) ?? $("[autofocus]", modal) ?? $(".field input, .field textarea, .field select", modal)
    ?? $("button.primary", modal) ?? $("footer button", modal))?.focus();
}

function partsFor(topic) {
  if (topic === "reset") return ["sidebar", "main", "thread", "modal", "inspector"];
  if (topic === "journal") return ["inspector"];
  if (topic === "connections" || topic === "channels") return ["sidebar", "main"];
  const [kind, name] = topic.split(":");
  if (kind === "channel") return name === here.channel ? ["main", "thread"] : [];
  if (name !== here.user) return [];
  return kind === "home" ? ["main"] : ["modal"];
}

function changed(topics) {
  for (const part of new Set(topics.flatMap(partsFor))) load(part);
}

const stream = new EventSource("/_ui/stream");
stream.onopen = () => changed(["reset"]); // what came before it listened, or while it was cut off
stream.onmessage = (event) => changed(JSON.parse(event.data));

// Acting on elements

function sourceOf(element) {
  const view = element.closest("[data-view-id]");
  if (view) return { view_id: view.dataset.viewId };
  const message = element.closest("[data-ts]");
  return { channel: message.dataset.channel, ts: message.dataset.ts };
}

function confirmed(element) {
  if (!element.dataset.confirm) return Promise.resolve(true);
  const texts = JSON.parse(element.dataset.confirm);
  const dialog = $("#confirm");
  const part = (tag, text, extra = {}) => Object.assign(document.createElement(tag), { textContent: text, ...extra });
  const yes = part("button", texts.confirm.text, { className: `button ${texts.style ?? "primary"}`, value: "yes" });
  const no = part("button", texts.deny.text, { className: "button", value: "no" });
  const form = Object.assign(document.createElement("form"), { method: "dialog" });
  form.append(part("h2", texts.title.text, { id: "confirm-title" }), part("p", texts.text.text), no, yes);
  dialog.replaceChildren(form);
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((done) => (dialog.onclose = () => done(dialog.returnValue === "yes")));
}

async function act(element, what) {
  if (!(await confirmed(element))) return load("main");
  const { blockId, actionId, send } = element.dataset;
  element.classList.add("busy");
  const body = { ...sourceOf(element), block_id: blockId, action_id: actionId, ...what };
  const result = await control(send === "0" ? "fill" : "action", body);
  element.classList.remove("busy");
  element.classList.toggle("failed", result.ok === false);
}

function valueOf(field) {
  if (field.dataset.kind === "datetimepicker") return field.value ? Math.floor(new Date(field.value) / 1000) : "";
  return field.value;
}

function richText(text) {
  const section = { type: "rich_text_section", elements: text ? [{ type: "text", text }] : [] };
  return { type: "rich_text", elements: [section] };
}

document.addEventListener("click", async (event) => {
  const target = event.target.closest("button, a, summary");
  if (!event.target.closest("details.menu")) $$("details.menu[open]").forEach((menu) => menu.removeAttribute("open"));
  if (!target) return;
  const data = target.dataset;
  const message = target.closest("[data-ts]");
  if (target.closest(".menu div")) target.closest("details").removeAttribute("open");
  if ("actionId" in data && !target.closest(".combo")) {
    if (data.url) window.open(data.url, "_blank", "noopener");
    act(target, "value" in data ? { value: data.value } : {});
  } else if ("shortcut" in data) {
    const where = message ? { channel: message.dataset.channel, ts: message.dataset.ts } : {};
    control("shortcut", { callback_id: data.shortcut, ...where });
  } else if ("react" in data) {
    control("react", { channel: message.dataset.channel, ts: message.dataset.ts, name: data.react });
  } else if ("openThread" in data) {
    event.preventDefault();
    openThread(data.openThread);
  } else if ("closeThread" in data) openThread("");
  else if ("invite" in data) control("invite", { channel: here.channel });
  else if ("command" in data) choose(target);
  else if ("closeView" in data) control("close", { view_id: target.closest(".modal").dataset.viewId });
  else if ("closeAll" in data) control("close", { everything: true });
  else if (target.closest(".chip")) removeChip(target.closest(".chip"));
});

async function openThread(ts) {
  here.thread = ts;
  $("#thread").hidden = !ts;
  history.replaceState(null, "", `/?${new URLSearchParams(here)}`);
  await load("thread");
  $("#thread textarea")?.focus();
}

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.id === "act-as") location.search = new URLSearchParams({ user: field.value, channel: actsIn() });
  const boxes = field.closest(".boxes");
  if (boxes) {
    const values = $$("input:checked", boxes).map((each) => each.value);
    act(boxes, boxes.dataset.kind === "checkboxes" ? { selected_options: values } : { value: values[0] });
  } else if (field.matches("select[data-action-id], input.moment")) act(field, { value: valueOf(field) });
});

const actsIn = () => (here.channel.startsWith("D") ? "" : here.channel);

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.matches(".composer textarea")) suggestCommands(field);
  else if (field.matches("[role=combobox]")) suggest(field);
  else if (field.matches("input.input:not(.moment), textarea.input")) {
    const what = field.dataset.kind === "rich_text_input" ? { rich_text_value: richText(field.value) } : { value: field.value };
    const { blockId, actionId } = field.dataset;
    control("fill", { ...sourceOf(field), block_id: blockId, action_id: actionId, ...what });
  }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches("#confirm form")) return;
  event.preventDefault();
  if (form.matches(".composer")) return void say(form);
  const button = $("footer .primary", form);
  button?.classList.add("busy");
  await control("submit", { view_id: form.dataset.viewId });
  button?.classList.remove("busy");
});

// The composer

async function say(form) {
  const area = $("textarea", form);
  const text = area.value.trim();
  if (!text) return;
  area.value = "";
  suggestCommands(area);
  const thread = form.dataset.thread;
  let result;
  if (text.startsWith("/invite")) result = await control("invite", { channel: here.channel });
  else if (text.startsWith("/") && thread) toast("Slash commands don't work in threads, as in Slack.");
  else if (text.startsWith("/")) result = await control("command", { channel: here.channel, text });
  else result = await control("message", { channel: here.channel, text, thread_ts: thread || undefined });
  if (!result?.ok && result?.error === "cannot_act") area.value = text;
}

function suggestCommands(area) {
  const list = $(".commands", area.form);
  const typed = area.value.split(" ")[0];
  const fitting = $$("[data-command]", list).filter((each) => {
    each.hidden = !each.dataset.command.startsWith(typed);
    return !each.hidden;
  });
  list.hidden = !area.value.startsWith("/") || area.value.includes(" ") || !fitting.length;
}

function choose(option) {
  const area = $("textarea", option.closest("form"));
  area.value = `${option.dataset.command} `;
  suggestCommands(area);
  area.focus();
}

// Selects that search

const pending = new WeakMap();

async function suggest(field) {
  const combo = field.closest(".combo");
  const typed = field.value.trim();
  const turn = (pending.get(combo) ?? 0) + 1;
  pending.set(combo, turn);
  let options = [];
  let note = "Nothing fits";
  if (combo.dataset.external === "1") {
    await new Promise((done) => setTimeout(done, 120));
    if (pending.get(combo) !== turn) return;
    const { blockId, actionId } = combo.dataset;
    const found = await control("suggest", { ...sourceOf(combo), block_id: blockId, action_id: actionId, value: typed });
    if (pending.get(combo) !== turn) return;
    note = found.note ?? note;
    options = (found.options ?? []).map((each) => [each.value, each.text.text, each.description?.text]);
  } else {
    const all = $$("option", $("template", combo).content);
    options = all.map((each) => [each.value, each.textContent]);
    options = options.filter(([, text]) => text.toLowerCase().includes(typed.toLowerCase()));
  }
  showOptions(combo, options, note);
}

function showOptions(combo, options, note) {
  const list = $("[role=listbox]", combo);
  list.replaceChildren(...options.map(([value, text, small], number) => {
    const item = Object.assign(document.createElement("li"), { textContent: text, id: `${list.id}-${number}` });
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", number === 0 ? "true" : "false");
    item.dataset.value = value;
    if (small) item.append(Object.assign(document.createElement("small"), { textContent: small }));
    return item;
  }));
  if (!options.length) list.append(Object.assign(document.createElement("li"), { textContent: note, className: "quiet" }));
  list.hidden = false;
  $("[role=combobox]", combo).setAttribute("aria-expanded", "true");
}

function closeOptions(combo) {
  $("[role=listbox]", combo).hidden = true;
  $("[role=combobox]", combo).setAttribute("aria-expanded", "false");
}

function pick(item) {
  const combo = item.closest(".combo");
  const chip = Object.assign(document.createElement("span"), { className: "chip", textContent: item.firstChild.textContent });
  chip.dataset.value = item.dataset.value;
  const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  remove.setAttribute("aria-label", `Remove ${chip.textContent}`);
  chip.append(remove);
  if (combo.dataset.several === "0") $$(".chip", combo).forEach((each) => each.remove());
  const field = $("[role=combobox]", combo);
  field.before(chip);
  field.value = "";
  closeOptions(combo);
  sendChips(combo);
}

function removeChip(chip) {
  const combo = chip.closest(".combo");
  chip.remove();
  sendChips(combo);
  $("[role=combobox]", combo).focus();
}

function sendChips(combo) {
  const values = $$(".chip", combo).map((each) => each.dataset.value);
  act(combo, { value: combo.dataset.several === "1" ? values : values[0] ?? "" });
}

document.addEventListener("mousedown", (event) => {
  const item = event.target.closest(".combo [role=option]");
  if (item) {
    event.preventDefault();
    pick(item);
  }
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches("[role=combobox]")) suggest(event.target);
});
document.addEventListener("focusout", (event) => {
  const combo = event.target.closest(".combo");
  if (combo) closeOptions(combo);
});

// The keyboard

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (field.matches(".composer textarea")) return composerKey(event, field);
  if (field.matches("[role=combobox]")) return comboKey(event, field);
  if (event.key === "Escape") return escape();
  if (event.key === "Enter" && event.ctrlKey && field.matches("textarea.input")) field.form.requestSubmit();
  if (event.key === "Tab" && $(".modal")) keepFocus(event);
});

function escape() {
  const menu = $("details.menu[open]");
  if (menu) {
    menu.removeAttribute("open");
    $("summary", menu).focus();
  } else if ($(".modal")) control("close", { view_id: $(".modal").dataset.viewId });
  else if (here.thread) openThread("");
}

function composerKey(event, area) {
  const list = $(".commands", area.form);
  if (event.key === "Tab" && !list.hidden) {
    event.preventDefault();
    choose($("[data-command]:not([hidden])", list));
  } else if (event.key === "Escape") list.hidden = true;
  else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    area.form.requestSubmit();
  }
}

function comboKey(event, field) {
  const combo = field.closest(".combo");
  const items = $$("[role=option]", combo);
  const now = items.findIndex((each) => each.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = (now + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length;
    items.forEach((each, number) => each.setAttribute("aria-selected", number === next ? "true" : "false"));
    items[next]?.scrollIntoView({ block: "nearest" });
    if (items[next]) field.setAttribute("aria-activedescendant", items[next].id);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (items[now] && !$("[role=listbox]", combo).hidden) pick(items[now]);
  } else if (event.key === "Escape" && !$("[role=listbox]", combo).hidden) closeOptions(combo);
  else if (event.key === "Escape") escape();
  else if (event.key === "Backspace" && !field.value && $(".chip", combo)) removeChip($$(".chip", combo).at(-1));
}

function keepFocus(event) {
  const inside = $$("button, input, select, textarea, summary, a[href]", $(".modal")).filter((each) => each.offsetParent);
  const [first, last] = [inside[0], inside.at(-1)];
  if (event.shiftKey && document.activeElement === first) last.focus();
  else if (!event.shiftKey && document.activeElement === last) first.focus();
  else return;
  event.preventDefault();
}

// Start

function theme(name) {
  document.documentElement.dataset.theme = name;
  localStorage.setItem("theme", name);
}
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
theme(localStorage.getItem("theme") ?? (dark ? "dark" : "light"));
$("#toggle-theme").onclick = () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
$("#toggle-inspector").onclick = ({ currentTarget }) => {
  const panel = $("#inspector");
  panel.hidden = !panel.hidden;
  currentTarget.setAttribute("aria-expanded", String(!panel.hidden));
  load("inspector");
};
prepare(document);
for (const log of $$("[data-keep-bottom]")) log.scrollTop = log.scrollHeight;
if ($(".modal")) focusModal($("#modal"), false);
if (here.channel.startsWith("D")) control("home", { tab: here.tab });
