// One cursor across all graphs of a page: what each line was at the moment under the pointer.
(() => {
  'use strict';
  const { one, all, words } = window.holdfast;

  const momentAt = (charts, share, count) => {
    const from = Date.parse(charts.dataset.from), to = Date.parse(charts.dataset.to);
    return words.moment(new Date(from + (to - from) * (count > 1 ? Math.round(share * (count - 1)) / (count - 1) : share)));
  };
  const read = (chart, share) => {
    const lines = all('data', chart).map((line) => ({ name: line.textContent, values: line.value.split(';') }));
    const count = lines[0]?.values.length ?? 0, at = Math.round(share * (count - 1)), value = one('.v', chart);
    const cursor = one('.cursor', chart), x = `${count > 1 ? (at / (count - 1)) * 100 : share * 100}%`;
    value.dataset.now ??= value.textContent;
    // In the order of the names beside it; the moment stands above them all.
    value.textContent = lines.map((line) => line.values[at] || 'No data').join(', ');
    cursor.setAttribute('x1', x);
    cursor.setAttribute('x2', x);
    return count;
  };
  const leave = (charts) => {
    for (const value of all('.v[data-now]', charts)) { value.textContent = value.dataset.now; delete value.dataset.now; }
    for (const cursor of all('.cursor', charts)) cursor.removeAttribute('x1');
    one('[data-moment]', charts.parentElement).textContent = '';
  };

  let over = null;
  document.addEventListener('pointermove', (event) => {
    const draw = event.target.closest?.('.draw'), charts = draw?.closest('.charts') ?? null;
    if (over && over !== charts) leave(over);
    over = charts;
    if (!charts) return;
    const box = draw.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    const counts = all('.chart', charts).map((chart) => read(chart, share));
    one('[data-moment]', charts.parentElement).textContent = momentAt(charts, share, counts[0]);
  });
})();
