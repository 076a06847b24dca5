/**
 * The script of the page, as text: it goes to browsers and runs nowhere else. A form becomes a request to this server.
 * @module
 */
export const PAGE_SCRIPT = `"use strict";
/** The request of an operation; fields are {name, place, value}. */
function requestOf(verb, template, fields) {
  let path = template;
  const query = new URLSearchParams();
  const headers = {};
  let body;
  for (const { name, place, value } of fields) {
    if (place === "path") path = path.replace("{" + name + "}", encodeURIComponent(value));
    else if (place === "body") body = value;
    else if (value === "") continue;
    else if (place === "query") query.append(name, value);
    else headers[name] = value;
  }
  const search = query.toString();
  const method = verb.toUpperCase();
  return { url: search === "" ? path : path + "?" + search, options: { method, headers, ...(body === undefined ? {} : { body }) } };
}

async function send(form) {
  const result = form.querySelector(".result");
  const inputs = [...form.querySelectorAll("[data-in]")];
  const fields = inputs.map((input) => ({ name: input.name, place: input.dataset.in, value: input.value }));
  const { url, options } = requestOf(form.dataset.verb, form.dataset.path, fields);
  result.hidden = false;
  result.textContent = options.method + " " + url;
  try {
    const response = await fetch(url, options);
    const text = await response.text();
    let shown = text;
    try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch {}
    result.textContent = options.method + " " + url + "\\n" + response.status + "\\n\\n" + shown;
  } catch (error) {
    result.textContent = options.method + " " + url + "\\n" + error.message;
  }
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target);
});
`;
