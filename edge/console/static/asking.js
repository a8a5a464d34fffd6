// Questions to the host, and what is posted to it. A refusal is an error that people can read.

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// parameters: an object, or URLSearchParams where a name stands more than once.
export async function ask(question, parameters = {}, signal = undefined) {
  const query = new URLSearchParams(parameters).toString();
  return answerOf(await fetch(`api/${question}${query && `?${query}`}`, { signal }));
}

export async function post(path, form, csrf = "") {
  return answerOf(
    await fetch(`api/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-csrf-token": csrf },
      body: JSON.stringify(form),
    }),
  );
}

async function answerOf(response) {
  let document = {};
  try {
    document = await response.json();
  } catch {
    // an answer that was cut off
  }
  if (!response.ok) throw new Refused(response.status, document.message ?? `HTTP ${response.status}`);
  return document;
}
