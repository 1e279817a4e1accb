// Asks in the page what a form would open: an answer stands below it. Without this file a form opens the answer.
for (const form of document.querySelectorAll("form.ask")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    const out = form.parentElement.querySelector("pre.answer");
    const answer = await fetch(`${form.getAttribute("action")}?${asked}`);
    const text = await answer.text();
    let shown = text;
    try { shown = JSON.stringify(JSON.parse(text), null, 1); } catch { /* it is shown as it came */ }
    out.textContent = `${answer.status}  ${form.getAttribute("action")}?${asked}\n\n${shown.slice(0, 60000)}`;
    out.hidden = false;
  });
}
