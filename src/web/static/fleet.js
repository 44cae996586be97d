// The fleet: finds while one types, sorts again when asked or when nobody is there, opens the cells of the grid.
(() => {
  'use strict';
  const { one } = window.holdfast;
  const idle = 60000;
  let touched = Date.now(), timer = 0;

  // Puts another view of this page in place: what is focused, scrolled or typed stays.
  const show = (address) => {
    history.replaceState(history.state, '', address);
    return htmx.ajax('GET', address, { source: one('#main'), target: '#main', select: '#main', selectOOB: '#stream:outerHTML', swap: 'outerMorph' });
  };
  const address = (form) => {
    const url = new URL(form.action);
    for (const [name, value] of new FormData(form)) if (value) url.searchParams.set(name, value);
    return url.pathname + url.search;
  };

  // While the filter cannot be read, the list stays and the field says what is missing.
  const find = async (form) => {
    const field = form.elements.q, typed = field.value;
    const answer = await fetch(`/ui/filter?q=${encodeURIComponent(typed)}`);
    if (!answer.ok || answer.redirected || field.value !== typed) return;
    const fault = await answer.text();
    if (!fault) { show(address(form)); return; }
    field.setAttribute('aria-invalid', 'true');
    const note = one('#q-error');
    note.className = 'e';
    note.textContent = fault;
  };

  // Why nothing was done is told in the menu, and the selection stays.
  const doInBulk = async (form, button) => {
    const note = one('#bulk-error', form), body = new URLSearchParams(new FormData(form));
    button.disabled = true;
    const answer = await fetch(form.getAttribute('action'), { method: 'POST', body, headers: { 'HX-Request': 'true' } }).catch(() => null);
    if (answer?.redirected) { location.assign(answer.url); return; }
    const told = answer?.headers.get('Content-Type')?.startsWith('text/plain');
    note.textContent = told ? await answer.text() : 'The hub did not answer as it should. Try once more.';
    note.hidden = button.disabled = false;
  };
  document.addEventListener('submit', (event) => {
    if (event.target.id !== 'bulk') return;
    event.preventDefault();
    doInBulk(event.target, event.submitter ?? one('.pri', event.target));
  }, { capture: true });

  document.addEventListener('input', (event) => {
    const form = event.target.closest('[data-live-search]');
    if (!form) return;
    clearTimeout(timer);
    timer = setTimeout(() => find(form), 200);
  });
  document.addEventListener('click', (event) => {
    const again = event.target.closest('[data-sort-again]'), cell = event.target.closest('.cells > p');
    if (event.target.closest('[data-select-all]'))
      for (const box of document.querySelectorAll('input[form="bulk"]')) box.checked = true;
    if (cell) location.href = `/hosts/${cell.id.slice(1)}`;
    if (!again || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(again.getAttribute('href'));
  });
  for (const kind of ['pointermove', 'pointerdown', 'keydown', 'wheel', 'scroll'])
    document.addEventListener(kind, () => { touched = Date.now(); }, { passive: true, capture: true });
  setInterval(() => {
    const again = one('[data-sort-again]');
    if (again && (again.hasAttribute('data-at-once') || Date.now() - touched > idle)) show(again.getAttribute('href'));
  }, 1000);
})();
