// The command palette: Ctrl K on every page. The server finds, this chooses.
(() => {
  'use strict';
  const { one, all, announce, remembered, remember, showTimes } = window.holdfast;
  const dialog = one('#palette'), input = one('#palette-input'), list = one('#palette-list');
  if (!dialog) return;
  let asked = 0, timer = 0, chosen = null;

  // The hosts that were looked at last come first.
  const recent = () => (remembered('recent') ?? '').split(' ').filter(Boolean);
  const host = location.pathname.match(/^\/hosts\/([0-9A-Z]{26})/)?.[1];
  if (host) remember('recent', [host, ...recent().filter((id) => id !== host)].slice(0, 8).join(' '));

  const choose = (option) => {
    chosen?.setAttribute('aria-selected', 'false');
    chosen?.classList.remove('asked');
    chosen = option;
    if (!option) { input.removeAttribute('aria-activedescendant'); return; }
    option.setAttribute('aria-selected', 'true');
    input.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  };
  const options = () => all('.cmd-item', list);
  const step = (by) => {
    const items = options();
    choose(items[(items.indexOf(chosen) + by + items.length) % items.length]);
  };
  const show = (html) => {
    list.innerHTML = html;
    showTimes();
    options().forEach((option, at) => { option.id = `palette-${at}`; });
    choose(options()[0]);
  };
  const find = async () => {
    const mine = ++asked;
    const answer = await fetch(`/ui/palette?${new URLSearchParams({ q: input.value, recent: recent().join('.') })}`, { headers: { 'HX-Request': 'true' } }).catch(() => null);
    if (mine !== asked) return;
    if (answer?.status === 401) location.href = '/login';
    else if (answer?.ok) show(await answer.text());
    else show('<div role="option" class="cmd-none" aria-disabled="true" aria-selected="false">The hub did not answer. Type again to try once more.</div>');
  };

  // What changes something is asked a second time, in its own line.
  const send = (action) => {
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', action });
    document.body.append(form);
    form.submit();
  };
  const run = (option) => {
    if (!option) return;
    if (option.dataset.link) location.href = option.dataset.link;
    else if (option.classList.contains('asked')) send(option.dataset.action);
    else {
      option.classList.add('asked');
      one('small', option).textContent = 'Enter once more to do it';
      announce('Press Enter once more to do it');
    }
  };

  const open = () => {
    if (dialog.open) { dialog.close(); return; }
    for (const other of all('dialog[open]')) other.close();
    input.value = '';
    list.textContent = '';
    dialog.showModal();
    find();
  };
  const keys = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Enter: () => run(chosen) };

  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(find, 60); });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  list.addEventListener('click', (event) => {
    const option = event.target.closest('.cmd-item');
    if (option && option !== chosen) choose(option);
    run(option);
    input.focus();
  });
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  document.addEventListener('click', (event) => { if (event.target.closest('[data-palette]')) open(); });
  document.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open();
  });
})();
