// Progressive enhancement only: the button "Visa datumen" does the same without this file.
for (const form of document.querySelectorAll("form[data-frequency]")) {
  const answer = form.querySelector("#datum");
  const deciding = /^(frekvens|tillfallen-|rader-tillfallen|oppnar-dagar-fore|redovisas-arbetsdagar-efter)/;
  let timer;
  let asking;
  const read = async () => {
    asking?.abort();
    asking = new AbortController();
    const asked = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (deciding.test(name) && value) asked.append(name, value);
    try {
      const response = await fetch(`${form.dataset.frequency}?${asked}`, { signal: asking.signal });
      if (response.ok && !response.redirected) answer.innerHTML = await response.text();
    } catch {
      // The old dates stay; the button asks the server in the ordinary way.
    }
  };
  form.addEventListener("input", (event) => {
    if (!deciding.test(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(read, 400);
  });
}
