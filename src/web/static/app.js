// What the pages do beyond plain links and forms. Everything here adds to pages that work without it.
(() => {
  'use strict';
  const root = document.documentElement;
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const remembered = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const remember = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private mode */ } };
  const announce = (text) => { const region = one('#announce'); if (region) region.textContent = text; };

  // Times: the server writes UTC, the reader sees the local zone; relative times stay true.
  const two = (number) => String(number).padStart(2, '0');
  const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short' });
  const month = new Intl.DateTimeFormat('en-GB', { month: 'short' });
  const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });
  const zoned = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' });
  const zone = (date) => zoned.formatToParts(date).find((part) => part.type === 'timeZoneName').value;
  const day = (date) => `${weekday.format(date)} ${date.getDate()} ${month.format(date)}`;
  const units = (large, unit, small, smallUnit) => `${large}\u00a0${unit}${small ? ` ${small}\u00a0${smallUnit}` : ''}`;
  const duration = (milliseconds) => {
    const seconds = Math.max(0, Math.floor(milliseconds / 1000)), minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60);
    if (seconds < 60) return `${seconds}\u00a0s`;
    if (minutes < 10 && seconds % 60) return units(minutes, 'min', seconds % 60, 's');
    if (hours < 1) return `${minutes}\u00a0min`;
    if (hours < 24) return units(hours, 'h', minutes % 60, 'min');
    if (hours < 48) return `${hours}\u00a0h`;
    return units(Math.floor(hours / 24), 'd', hours % 24, 'h');
  };
  const skew = () => serverNow - loadedAt; // so that a wrong clock of the reader does not make a fresh backup old
  const loadedAt = Date.now();
  const serverNow = Date.parse(one('[data-now]')?.dataset.now ?? '') || loadedAt;
  const words = {
    ago: (date, now) => (now - date >= 7 * 86400e3 ? day(date) : `${duration(now - date)} ago`),
    until: (date, now) => (date <= now ? 'now' : `in ${duration(date - now)}`),
    since: (date, now) => (now - date >= 7 * 86400e3 ? `since ${day(date)}` : `for ${duration(now - date)}`),
    moment: (date) => `${day(date)}, ${words.minute(date)} ${zone(date)}`,
    moment_in_table: (date) => `${day(date)}, ${words.minute(date)}`, // the head names the zone
    minute: (date) => `${two(date.getHours())}:${two(date.getMinutes())}`,
    clock: (date) => `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`,
    day: (date) => `${date.getDate()} ${month.format(date)}`,
    month: (date) => `${month.format(date)} ${date.getFullYear()}`,
  };
  const showTimes = () => {
    const now = Date.now() + skew();
    for (const element of all('time[data-time]')) {
      const fixed = !['ago', 'until', 'since'].includes(element.dataset.time);
      if (fixed && element.shown === element.textContent) continue;
      const date = new Date(element.dateTime);
      const inTable = element.dataset.time === 'moment' && element.closest('table');
      const text = words[inTable ? 'moment_in_table' : element.dataset.time](date, now);
      if (element.textContent !== text) element.textContent = text;
      if (element.shown === undefined) element.title = full.format(date);
      element.shown = text;
    }
    const here = zone(now);
    for (const element of all('[data-zone]')) if (element.textContent !== here) element.textContent = here;
  };

  // Theme: a cookie, so that the server draws the next page right at once.
  const showTheme = (theme) => {
    if (theme === 'system') delete root.dataset.theme; else root.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    for (const button of all('.themes button')) button.setAttribute('aria-pressed', button.value === theme);
  };

  // Copying also works on plain HTTP, where browsers have no clipboard for pages.
  const selectText = (element) => getSelection().selectAllChildren(element);
  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    try { await navigator.clipboard.writeText(source.textContent); } catch { selectText(source); document.execCommand('copy'); }
    const label = one('span', button);
    label.textContent = 'Copied';
    announce('Copied');
    setTimeout(() => { label.textContent = 'Copy'; }, 1600);
  };

  // Dialogs: a <details> opens its dialog in place without this, and above the page with it.
  const openDialog = (details) => {
    const dialog = one('dialog', details);
    details.open = true;
    dialog.addEventListener('close', () => { details.open = false; one('summary', details).focus(); }, { once: true });
    dialog.showModal();
    // What was folded away takes no focus before it is laid out.
    requestAnimationFrame(() => {
      if (dialog.open && !one(':focus', dialog)) (one('[aria-invalid="true"]', dialog) ?? one('[autofocus]', dialog) ?? one('input, select, textarea, button', dialog))?.focus();
    });
  };
  const mayConfirm = (input) => {
    const button = one('.badfill', input.form);
    button.disabled = input.value !== input.dataset.must;
  };

  // Live updates.
  const stream = () => one('#stream'); // another view of a page has another stream
  const live = { connection: null, heard: Date.now(), broken: 0, polled: 0, state: 'connecting', attempt: 0, over: false };
  const liveWords = { live: 'Live', polling: 'Every 60 s', stale: 'Not live' };
  const showLive = (state = live.state) => {
    live.state = state;
    root.classList.toggle('not-live', state === 'stale');
    for (const element of all('[data-live]')) {
      element.hidden = state === 'connecting';
      element.classList.toggle('off', state !== 'live');
      if (state in liveWords) element.textContent = liveWords[state];
    }
    const bar = one('#stale');
    if (!bar) return;
    if (state === 'stale' && bar.hidden) one('[data-stale-at]', bar).textContent = words.clock(new Date(live.heard));
    bar.hidden = state !== 'stale';
  };
  const signedOut = () => {
    live.over = true;
    showLive('stale');
    one('#stale').hidden = true;
    one('#signed-out').hidden = false;
  };
  const reconnect = () => {
    if (live.connection?.delayCanceller) live.connection.delayCanceller();
    else if (live.connection?.reader) live.connection.reader.cancel();
    else htmx.trigger(stream(), 'reconnect');
  };
  const heard = () => { live.heard = Date.now(); live.broken = 0; if (!live.over) showLive('live'); };
  // Where nothing streams (a proxy that holds answers back, say) the page asks every minute for what the stream would send.
  const poll = async () => {
    live.polled = Date.now();
    const url = new URL(stream().getAttribute('hx-sse:connect').replace('/ui/stream', '/ui/now'), location.href);
    if (log.lines?.lastElementChild) url.searchParams.set('after', log.lines.lastElementChild.dataset.n);
    const answer = await fetch(url).catch(() => null);
    if (answer?.status === 401) signedOut();
    if (!answer?.ok || live.over) return;
    await htmx.swap({ sourceElement: stream(), target: stream(), swap: 'none', text: await answer.text() });
    if (live.state === 'stale') showLive('polling');
  };
  // A stream that ended is asked for again at once, so a few seconds without one mean that nobody is there.
  const isSilent = () => (live.broken ? Date.now() - live.broken > 3000 : Date.now() - live.heard > 35000);
  const watchSilence = () => {
    if (live.over || document.hidden || !isSilent()) return;
    if (live.state === 'live' || live.state === 'connecting') { showLive('stale'); reconnect(); }
    if (Date.now() - live.polled < 60000) return;
    if (live.state === 'polling') live.state = 'stale'; // until this one succeeds, too
    poll().finally(showLive);
  };
  const retryFirst = () => {
    if (live.over || live.connection) return;
    setTimeout(reconnect, Math.min(30000, 1000 * 2 ** live.attempt++) * (0.7 + Math.random() * 0.6));
  };
  const onStream = (name, handler) => document.addEventListener(name, (event) => { if (event.target.id === 'stream') handler(event.detail); });
  const watchStream = () => {
    onStream('htmx:sse:before:connection', ({ connection }) => { if (connection.attempt > 0) live.broken ||= Date.now(); });
    onStream('htmx:sse:after:connection', ({ connection }) => { live.connection = connection; heard(); });
    onStream('htmx:sse:before:message', heard);
    onStream('htmx:sse:close', ({ connection, reason }) => {
      if (live.connection === connection) live.connection = null;
      if (reason === 'message') signedOut();
    });
    onStream('htmx:sse:error', ({ status }) => { if (status === 401) { signedOut(); stream().remove(); } });
    onStream('htmx:response:error', ({ ctx }) => { if (ctx.response.status === 401) signedOut(); });
    onStream('htmx:finally:request', () => setTimeout(retryFirst));
    document.addEventListener('visibilitychange', () => { live.heard = Date.now(); live.broken = 0; });
    setInterval(watchSilence, 1000);
  };

  // The log of a job.
  const log = { box: one('#log-box'), lines: one('#log-lines'), follow: one('[data-follow]') };
  const atEnd = () => log.box.scrollHeight - log.box.scrollTop - log.box.clientHeight < 24;
  const toEnd = () => { log.box.scrollTop = log.box.scrollHeight; };
  const countLevels = () => {
    for (const level of ['w', 'x']) one(`[data-count="${level}"]`).textContent = log.lines.getElementsByClassName(level).length || '';
  };
  const showLog = () => {
    countLevels();
    if (!log.follow?.checked) { one('[data-to-end]').hidden = atEnd(); return; }
    while (log.lines.childElementCount > 5000) log.lines.firstElementChild.remove();
    toEnd();
  };
  const startLog = () => {
    showLog();
    toEnd();
    log.box.addEventListener('scroll', () => {
      if (log.follow) log.follow.checked = atEnd();
      one('[data-to-end]').hidden = atEnd();
    });
    log.follow?.addEventListener('change', () => { if (log.follow.checked) toEnd(); });
  };
  const setLevel = (button) => {
    log.lines.dataset.level = button.dataset.level;
    for (const other of all('button', button.parentElement)) other.setAttribute('aria-pressed', other === button);
    if (log.follow?.checked) toEnd();
  };

  // Milestones of a job are read out; its many small steps are not.
  let milestone = null, what = '';
  const readMilestones = () => {
    const bar = one('#job-progress [role="progressbar"]'), word = one('#job-progress .big-word');
    what = bar?.dataset.what ?? what;
    const reached = bar ? Math.floor((bar.getAttribute('aria-valuenow') || 0) / 25) * 25 + ' percent' : word?.textContent ?? '';
    if (milestone !== null && reached && reached !== milestone && reached !== '0 percent') announce(`${what}: ${reached}`);
    milestone = reached;
  };

  // Fingerprints: says whether the pasted one is the hub's, or which group differs first.
  const compare = (form) => {
    const wanted = form.dataset.compare, field = one('textarea', form);
    const typed = field.value.toLowerCase().trim().replace(/^sha-?256:?/, ''), foreign = /[^0-9a-f\s:-]/.test(typed);
    const given = foreign ? '' : typed.replace(/[^0-9a-f]/g, '');
    let same = 0;
    while (same < given.length && given[same] === wanted[same]) same++;
    const group = Math.floor(same / 4), differs = same < given.length;
    const say = (name, text) => {
      for (const note of all('#compare-result > .note')) note.hidden = note.dataset.result !== name;
      if (name) one(`#compare-result > [data-result="${name}"] b`).textContent = text;
    };
    if (foreign) say('foreign', 'This is no fingerprint: it has other characters than 0 to 9 and a to f.');
    else if (!given) say('');
    else if (differs) say('differs', same < 64 ? `Group ${group + 1} differs: it is ${wanted.slice(group * 4, group * 4 + 4)} here and ${given.slice(group * 4, group * 4 + 4)} there.` : 'There is more than a fingerprint.');
    else if (same < 64) say('part', `${same} of 64 characters, all match so far.`);
    else say('match', 'All 64 characters match.');
    all('.fp > span', form.parentElement).forEach((element, at) => {
      element.classList.toggle('same', (at + 1) * 4 <= same);
      element.classList.toggle('other', differs && at === group);
    });
  };

  const strength = (input) => {
    const length = [...input.value].length;
    const word = length < 12 ? `${length} of 12 characters` : `${length < 16 ? 'Good' : 'Strong'}, ${length} characters`;
    document.getElementById(input.dataset.strength).textContent = length ? word : '';
  };

  // Keyboard.
  const typing = (element) => element.matches('input:not([type="checkbox"]), textarea, select');
  const go = { f: '/', c: '/customers', a: '/hosts/add', j: '/jobs', d: '/schedules', r: '/repositories', s: '/settings' };
  let pending = 0; // when g was pressed
  const row = { current: null }; // where j and k have gone: live updates take the mark away
  const showRow = () => {
    for (const other of all('[data-rows] > .cur')) if (other !== row.current) other.classList.remove('cur');
    row.current?.classList.add('cur');
  };
  const move = (step) => {
    const rows = all('[data-rows] > tr, [data-rows] > li'), at = rows.indexOf(row.current);
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    if (!next) return;
    row.current = next;
    showRow();
    one('a', next)?.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  };
  // The page before or after this one, or the range of a chart beside the present one.
  const turn = (step) => {
    const ranges = all('[data-ranges] > a'), at = ranges.findIndex((range) => range.hasAttribute('aria-current'));
    (one(step < 0 ? '[data-page="previous"]' : '[data-page="next"]') ?? ranges[at + step])?.click();
  };
  const focusSearch = () => { const search = one('[data-search]'); search?.focus(); search?.select(); return Boolean(search); };
  const keys = {
    '/': focusSearch,
    '?': () => { one('#shortcuts')?.showModal(); return true; },
    j: () => move(1),
    k: () => move(-1),
    '[': () => turn(-1),
    ']': () => turn(1),
    g: () => { pending = Date.now(); },
    b: () => one('[data-key="b"]')?.click(),
  };
  const onKey = (event) => {
    if (event.key === 'Escape' && event.target.matches('[data-search]')) event.target.blur();
    if (event.key === 'Escape') for (const menu of all('.menu[open]')) { menu.open = false; one('summary', menu).focus(); }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || one('dialog[open]') || remembered('shortcuts') === 'off') return;
    if (Date.now() - pending < 1500 && go[event.key]) { location.href = go[event.key]; return; }
    if (event.key !== 'g') pending = 0;
    if (keys[event.key]?.()) event.preventDefault();
  };

  const onClick = (event) => {
    const target = event.target.closest('button, summary, a');
    for (const menu of all('.menu[open]')) if (!menu.contains(event.target)) menu.open = false;
    if (!target) return;
    if (target.closest('.themes')) { event.preventDefault(); showTheme(target.value); }
    else if (target.matches('[data-dialog] > summary')) { event.preventDefault(); openDialog(target.parentElement); }
    else if (target.matches('[data-close]')) target.closest('dialog').close();
    else if (target.dataset.open) document.getElementById(target.dataset.open).showModal();
    else if (target.dataset.copy) copy(target);
    else if (target.matches('[data-levels] button')) setLevel(target);
    else if (target.matches('[data-to-end]')) { if (log.follow) log.follow.checked = true; toEnd(); }
    else if (target.matches('[data-reconnect]')) reconnect();
  };
  const onInput = (event) => {
    const target = event.target;
    if (target.dataset.must !== undefined) mayConfirm(target);
    if (target.dataset.strength) strength(target);
    if (target.matches('[data-shortcuts]')) remember('shortcuts', target.checked ? 'on' : 'off');
    if (target.matches('[data-compare] textarea')) compare(target.form);
  };
  // The server thinks in UTC; the reader types and sees local time.
  const localTime = (input) => {
    const shown = input.value && new Date(`${input.value}Z`);
    if (shown) input.value = new Date(shown - shown.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
    input.form.addEventListener('formdata', ({ formData }) => {
      if (input.value) formData.set(input.name, new Date(input.value).toISOString());
    });
  };
  // A form is sent once; coming back to the page makes it usable again.
  const onSubmit = (event) => {
    const button = event.submitter;
    if (!button || event.target.method !== 'post' || event.defaultPrevented) return;
    setTimeout(() => { button.disabled = true; button.classList.add('busy'); });
  };
  // What the page waited for is here.
  const openWhatCame = () => { const link = one('a[data-open]'); if (link) location.assign(link.href); };
  // Which of those who wait is being compared: the list is swapped below the mark.
  const markCompared = () => {
    const id = one('[data-compare]')?.getAttribute('action').split('/')[3];
    if (id) one(`#pending-${id}`)?.classList.add('on');
  };
  const refresh = () => { showTimes(); showRow(); markCompared(); if (log.box) showLog(); readMilestones(); showLive(); openWhatCame(); };

  document.addEventListener('click', onClick);
  document.addEventListener('input', onInput);
  document.addEventListener('keydown', onKey);
  document.addEventListener('submit', onSubmit);
  document.addEventListener('htmx:after:swap', refresh);
  // What a page still asked for when it was left is no failure to show in the console.
  addEventListener('pagehide', () => { for (const element of all('.htmx-request')) htmx.trigger(element, 'htmx:abort'); });
  addEventListener('pageshow', () => { for (const button of all('.busy')) { button.disabled = false; button.classList.remove('busy'); } });
  showTimes();
  setInterval(showTimes, 15000);
  for (const details of all('[data-dialog][open]')) openDialog(details);
  (one('dialog[open] [aria-invalid="true"]') ?? one('form[method="post"] [aria-invalid="true"]'))?.focus();
  for (const input of all('[data-must]')) mayConfirm(input);
  for (const form of all('[data-compare]')) compare(form);
  markCompared();
  for (const input of all('[data-local-time]')) localTime(input);
  for (const box of all('[data-shortcuts]')) box.checked = remembered('shortcuts') !== 'off';
  if (log.box) startLog();
  readMilestones();
  if (stream()) watchStream();
  window.holdfast = { showTimes, one, all, announce, remembered, remember, words };
  const waiting = one('[data-reload]');
  if (waiting) setTimeout(() => location.reload(), waiting.dataset.reload * 1000);
})();
