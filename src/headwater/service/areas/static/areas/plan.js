// Says that a plan is being worked out, and for how long at most. The form works without it.
(() => {
  const form = document.querySelector("form[data-waits]");
  const told = document.querySelector("[data-wait-told]");
  if (!form || !told) return;
  form.addEventListener("submit", () => {
    const most = Number(form.elements.seconds?.value) || 0;
    told.textContent = `The posts are being worked out.${most ? ` The integer programme, where one is needed, ends after ${most} seconds at most.` : ""} Stay on this page.`;
  });
  addEventListener("pageshow", () => { told.textContent = ""; });
})();
