// The form of a repository: its password, and which fields belong to its address.
(() => {
  'use strict';
  const { one, all, announce } = window.holdfast;
  const form = one('[data-password-tools]')?.closest('form');
  if (!form) return;
  const passwords = [form.elements.password, form.elements.password_again];
  const tools = one('[data-password-tools]', form);
  // There is nothing to show or print before something is typed.
  const fitTools = () => {
    const typed = passwords.some((input) => input.value);
    for (const button of all('[data-reveal], [data-print-sheet]', tools)) button.hidden = !typed;
    tools.hidden = !one('button:not([hidden])', tools);
  };

  const reveal = (shown) => {
    for (const input of passwords) input.type = shown ? 'text' : 'password';
    const button = one('[data-reveal]', tools);
    button.setAttribute('aria-pressed', shown);
    button.textContent = shown ? 'Hide' : 'Show';
  };
  // 24 characters that nobody mistakes for each other: more than 130 bits.
  const generate = () => {
    const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
    const usable = 256 - (256 % letters.length);
    let made = '';
    while (made.length < 24) for (const byte of crypto.getRandomValues(new Uint8Array(32))) if (byte < usable && made.length < 24) made += letters[byte % letters.length];
    const password = made.match(/.{6}/g).join('-');
    for (const input of passwords) input.value = password;
    reveal(true);
    fitTools();
    announce('A password was generated');
  };
  const sheet = one('[data-sheet]');
  const print_ = () => {
    if (!passwords[0].value) { passwords[0].focus(); announce('Enter the password first'); return; }
    one('[data-sheet-name]', sheet).textContent = form.elements.name.value;
    for (const url of all('[data-sheet-url]', sheet)) url.textContent = form.elements.url.value;
    one('[data-sheet-password]', sheet).textContent = passwords[0].value;
    sheet.hidden = false;
    print();
  };
  addEventListener('afterprint', () => { sheet.hidden = true; one('[data-sheet-password]', sheet).textContent = ''; });

  // Only what belongs to the address is shown and sent.
  const fit = () => {
    const url = form.elements.url.value.trim();
    for (const group of all('[data-for]', form)) {
      const wanted = group.dataset.for.split(' ').some((prefix) => url.startsWith(prefix));
      group.hidden = !wanted;
      for (const field of all('input, textarea', group)) field.disabled = !wanted;
    }
  };
  form.elements.url.addEventListener('input', fit);
  form.addEventListener('input', fitTools);
  tools.addEventListener('click', ({ target }) => {
    if (target.matches('[data-reveal]')) reveal(passwords[0].type === 'password');
    if (target.matches('[data-generate]')) generate();
    if (target.matches('[data-print-sheet]')) print_();
  });
  fit();
  fitTools();
})();
