"use strict";
const details = JSON.parse(document.getElementById("data").textContent);
const one = (id) => document.getElementById(id);
const dialog = one("detail");
const rows = [...document.querySelectorAll("#matrix tbody tr, #matrix tr[data-kind]")];

function open(button) {
    const told = details[Number(button.dataset.n)];
    one("head").textContent = told.head;
    dialog.classList.toggle("wrong", told.wrong);
    one("rows").replaceChildren(...told.rows.filter(([, text]) => text).flatMap(([name, text]) => {
        const term = document.createElement("dt"), said = document.createElement("dd");
        term.textContent = name;
        said.textContent = text;
        return [term, said];
    }));
    dialog.showModal();
}

function filter() {
    const text = one("text").value.trim().toLowerCase(), persona = one("persona").value, kind = one("kind").value;
    const wrong = one("wrong").checked, denied = one("denied").checked;
    document.body.classList.toggle("show-denied", denied);
    for (const part of document.querySelectorAll("[data-persona]"))
        part.hidden = persona !== "" && part.dataset.persona !== persona;
    let shown = 0;
    for (const row of rows) {
        const cells = [...row.querySelectorAll("td:not([hidden]) .cell")];
        row.hidden = !row.dataset.name.includes(text) || (kind !== "" && row.dataset.kind !== kind)
            || (wrong && !cells.some((cell) => cell.classList.contains("wrong")))
            || !cells.some((cell) => denied || !cell.classList.contains("denied"));
        shown += row.hidden ? 0 : 1;
    }
    one("count").value = `${shown} of ${rows.length} shown`;
    location.replace(`#${new URLSearchParams({text, persona, kind, wrong: wrong ? 1 : "", denied: denied ? 1 : ""})}`);
}

function visible(list) {
    return list.filter((each) => each.offsetParent !== null);
}

function walk(from, key) {
    if (key === "ArrowLeft" || key === "ArrowRight") {
        const all = visible([...document.querySelectorAll(".cell")]);
        return all[all.indexOf(from) + (key === "ArrowRight" ? 1 : -1)];
    }
    const column = from.closest("td").cellIndex, there = visible(rows);
    const step = key === "ArrowDown" ? 1 : -1;
    for (let n = there.indexOf(from.closest("tr")) + step; n >= 0 && n < there.length; n += step) {
        const found = visible([...there[n].cells[column].querySelectorAll(".cell")])[0];
        if (found) return found;
    }
    return undefined;
}

document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-n]");
    if (button) open(button);
    else if (event.target === dialog) dialog.close();
});
document.addEventListener("keydown", (event) => {
    const cell = event.target.closest && event.target.closest(".cell");
    if (!cell || !event.key.startsWith("Arrow")) return;
    const next = walk(cell, event.key);
    if (next) {
        event.preventDefault();
        next.focus();
    }
});
one("filter").addEventListener("input", filter);
const before = new URLSearchParams(location.hash.slice(1));
for (const id of ["text", "persona", "kind"]) one(id).value = before.get(id) || "";
for (const id of ["wrong", "denied"]) one(id).checked = before.get(id) === "1";
filter();
