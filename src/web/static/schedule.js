// The form of a schedule: what it would do, while somebody types; and the time zone of who looks.
(() => {
  'use strict';
  const { one, all, showTimes } = window.holdfast;
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const input of all('[data-local-timezone]')) if (local) input.value = local;
  const form = one('form[data-schedule]');
  if (!form) return;
  const { cron, timezone } = form.elements;
  const shown = one('#schedule-times');

  const make = (name, text, className) => {
    const element = document.createElement(name);
    element.textContent = text;
    if (className) element.className = className;
    return element;
  };
  const until = (at) => {
    const time = document.createElement('time');
    time.dateTime = at;
    time.dataset.time = 'until';
    return time;
  };
  const row = ({ at, local: clock, note }) => {
    const item = document.createElement('li');
    const day = new Date(`${clock}Z`).toLocaleDateString('en-GB', { weekday: 'short', day: '2-digit', month: 'short', year: 'numeric', timeZone: 'UTC' });
    item.append(make('span', `${day.replace(',', '')}, ${clock.slice(11)}`));
    item.append(make('span', '', 'mut'));
    item.lastChild.append(until(at));
    if (note) item.append(make('span', note, 'sub2 c-warn'));
    return item;
  };
  const show = ({ sentence, next_runs: runs = [], warnings = [] }) => {
    one('[data-sentence] b', shown).textContent = sentence;
    one('[data-timezone]', shown).textContent = timezone.value;
    one('[data-runs]', shown).replaceChildren(...runs.map(row));
    one('[data-warnings]', shown).replaceChildren(...warnings.map((text) => make('p', text, 'sm c-warn')));
    showTimes();
  };
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const body = JSON.stringify({ cron: cron.value.trim(), timezone: timezone.value.trim() });
    const answer = await fetch('/api/v1/schedules/preview', { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(() => null);
    if (!answer || mine !== asked) return;
    const json = await answer.json().catch(() => null);
    if (mine !== asked || !json) return;
    show(answer.ok ? json : { sentence: json.error?.message ?? 'Not a schedule yet' });
  };
  let timer;
  for (const input of [cron, timezone]) input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, 300); });
  // A new one is for the zone of who creates it, unless they say otherwise.
  if (form.getAttribute('action') === '/schedules' && timezone.value === 'UTC' && local && local !== 'UTC') {
    timezone.value = local;
    ask();
  }
})();
