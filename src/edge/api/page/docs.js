// SPDX-License-Identifier: Apache-2.0
// Shows /api/v1/openapi.json: chapters, routes, what they take and what they give. Text is put in as text alone.
"use strict";

function make(name, text, parent) {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  if (parent) parent.append(node);
  return node;
}

function typeOf(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.enum) return schema.enum.map(String).join(", ");
  const type = Array.isArray(schema.type) ? schema.type.join(" or ") : schema.type || "any";
  if (schema.items) return "list of " + typeOf(schema.items);
  const range = schema.minimum !== undefined && schema.maximum < 1e15 ? ` ${schema.minimum} to ${schema.maximum}` : "";
  return type + (schema.format && schema.format !== "int64" ? ` (${schema.format})` : "") + range;
}

function rows(parent, title, list) {
  if (list.length === 0) return;
  make("h4", title, parent);
  const table = make("table", undefined, parent);
  const head = make("tr", undefined, make("thead", undefined, table));
  for (const word of ["Name", "Type", "What"]) make("th", word, head);
  const body = make("tbody", undefined, table);
  for (const [name, type, help, required] of list) {
    const row = make("tr", undefined, body);
    make("td", name + (required ? " *" : ""), row);
    make("td", type, row);
    make("td", help || "", row);
  }
}

function members(spec, schema) {
  const name = schema && schema.$ref ? schema.$ref.split("/").pop() : null;
  const object = name ? spec.components.schemas[name] : schema;
  if (!object || !object.properties) return [];
  const required = new Set(object.required || []);
  return Object.entries(object.properties).map(([key, value]) => [key, typeOf(value), value.description, required.has(key)]);
}

function open(spec, box, operation) {
  if (box.dataset.filled) return;
  box.dataset.filled = "1";
  const rights = operation["x-roles"] === "public" ? "Anyone may call it." :
    `For ${operation["x-roles"]} and above${operation["x-scope"] ? `, API keys with the scope ${operation["x-scope"]}` : "; no API key"}` +
    `${operation["x-step-up"] ? "; asks for the second factor" : ""}.`;
  make("p", `${rights} Rate rule: ${operation["x-rate"]}.`, box);
  rows(box, "Parameters", (operation.parameters || []).map((p) => [p.name + ` (${p.in})`, typeOf(p.schema), p.description, p.required]));
  const body = operation.requestBody && operation.requestBody.content["application/json"];
  if (body) {
    rows(box, "Body", members(spec, body.schema));
    make("pre", JSON.stringify(body.example, null, 2), box);
  }
  for (const [status, answer] of Object.entries(operation.responses)) {
    const content = answer.content && answer.content["application/json"];
    if (content) rows(box, `Answer ${status}`, members(spec, content.schema));
  }
  const failures = Object.keys(operation.responses).filter((status) => status >= "400");
  make("p", `Failures: ${failures.join(", ")}.`, box);
}

function show(spec) {
  const main = document.getElementById("routes");
  const nav = document.getElementById("chapters");
  document.getElementById("about").textContent = `Version ${spec.info.version}. ${spec.info.description}`;
  const chapters = new Map();
  for (const tag of spec.tags) {
    const section = make("section", undefined, main);
    section.id = tag.name.toLowerCase().replace(/[^a-z]+/g, "-");
    make("h2", tag.name, section);
    const link = make("a", tag.name, nav);
    link.href = "#" + section.id;
    chapters.set(tag.name, section);
  }
  for (const [path, methods] of Object.entries(spec.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const item = make("details", undefined, chapters.get(operation.tags[0]));
      item.dataset.words = `${method} ${path} ${operation.operationId} ${operation.summary}`.toLowerCase();
      const line = make("summary", undefined, item);
      make("b", method.toUpperCase(), line);
      make("code", path, line);
      make("span", operation.summary, line);
      const box = make("div", undefined, item);
      item.addEventListener("toggle", () => open(spec, box, operation));
    }
  }
}

function filter(word) {
  for (const item of document.querySelectorAll("details")) item.hidden = !item.dataset.words.includes(word.toLowerCase());
  for (const section of document.querySelectorAll("section")) {
    section.hidden = [...section.querySelectorAll("details")].every((item) => item.hidden);
  }
}

document.getElementById("filter").addEventListener("input", (event) => filter(event.target.value.trim()));
fetch("/api/v1/openapi.json").then((answer) => answer.json()).then(show)
  .catch((error) => { document.getElementById("about").textContent = `The description cannot be read: ${error.message}`; });
