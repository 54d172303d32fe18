'use strict';

const EVERY_MILLIS = 3000;
const token = new URLSearchParams(location.search).get('token');
const whole = new Intl.NumberFormat('en');

function ask(path) {
  return fetch(path, token ? { headers: { Authorization: 'Bearer ' + token } } : {});
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function size(bytes) {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return (unit === 0 ? value : value.toFixed(1)) + ' ' + units[unit];
}

function ago(instant, now) {
  if (!instant) return '–';
  const seconds = Math.max(0, Math.round((new Date(now) - new Date(instant)) / 1000));
  if (seconds < 120) return seconds + ' s ago';
  if (seconds < 7200) return Math.round(seconds / 60) + ' min ago';
  if (seconds < 172800) return Math.round(seconds / 3600) + ' h ago';
  return Math.round(seconds / 86400) + ' days ago';
}

const PHASES = {
  STARTING: ['starts', 'wait'],
  RUNNING: ['runs', 'well'],
  WAITING: ['failed, is tried again', 'wait'],
  STOPPED_BY_ERROR: ['needs somebody', 'bad'],
  STOPPED: ['stopped', 'bad'],
};

function showActivities(status) {
  const items = status.activities.map((activity) => {
    const [word, className] = PHASES[activity.phase];
    const item = element('li');
    item.append(element('strong', activity.name));
    item.append(element('span', word + ', ' + ago(activity.since, status.now), className));
    if (activity.lastError) {
      item.append(element('p', 'last error, ' + ago(activity.lastErrorAt, status.now) + ': ' + activity.lastError));
    }
    return item;
  });
  document.getElementById('activities').replaceChildren(...items);
}

function showTables(status) {
  const projected = Object.keys(status.redis).length > 0;
  document.getElementById('redis-column').hidden = !projected;
  const rows = status.tables.map((table) => {
    const row = element('tr');
    const name = element('th', table.name);
    name.scope = 'row';
    if (table.stopped) name.append(element('span', 'stopped: ' + table.stopped, 'bad reason'));
    row.append(name);
    const redis = status.redis[table.name];
    const behind = redis === undefined ? '' : redis >= table.cut ? 'up to date' : 'at cut ' + whole.format(redis);
    for (const text of [whole.format(table.rows), whole.format(table.files), whole.format(table.deleteFiles),
      size(table.bytes), whole.format(table.cut)]) {
      row.append(element('td', text, 'number'));
    }
    if (projected) row.append(element('td', behind, 'number'));
    for (const instant of [table.lastChange, table.committed]) {
      const cell = element('td', ago(instant, status.now));
      if (instant) cell.title = instant;
      row.append(cell);
    }
    return row;
  });
  document.getElementById('tables').replaceChildren(...rows);
}

function month(year, number, counts, tables) {
  const box = element('div', undefined, 'month');
  const first = new Date(Date.UTC(year, number, 1));
  box.append(element('h3', first.toLocaleString('en', { month: 'long', year: 'numeric', timeZone: 'UTC' })));
  const weeks = element('div', undefined, 'weeks');
  const last = new Date(Date.UTC(year, number + 1, 0)).getUTCDate();
  for (let day = 1; day <= last; day++) {
    const date = new Date(Date.UTC(year, number, day));
    const count = counts.get(date.toISOString().slice(0, 10)) || 0;
    const cell = element('span', day, 'day' + (count === 0 ? '' : count >= tables ? ' all' : ' some'));
    if (day === 1) cell.style.gridColumnStart = (date.getUTCDay() + 6) % 7 + 1;
    if (count > 0) {
      cell.title = date.toISOString().slice(0, 10) + ': ' + count + ' of ' + tables + ' tables';
    }
    weeks.append(cell);
  }
  box.append(weeks);
  return box;
}

function showDays(status) {
  const counts = new Map();
  for (const table of status.tables) {
    for (const day of table.days) counts.set(day, (counts.get(day) || 0) + 1);
  }
  const days = [...counts.keys()].sort();
  if (days.length === 0) {
    document.getElementById('days').replaceChildren(element('p', 'No day is closed yet.'));
    return;
  }
  const months = [];
  const end = new Date(days[days.length - 1]);
  for (let at = new Date(days[0].slice(0, 8) + '01'); at <= end; at.setUTCMonth(at.getUTCMonth() + 1)) {
    months.unshift(month(at.getUTCFullYear(), at.getUTCMonth(), counts, status.tables.length));
  }
  document.getElementById('days').replaceChildren(...months);
}

function offerLayouts(status) {
  const select = document.getElementById('layout-table');
  if (select.options.length === status.tables.length) return;
  const chosen = select.value;
  select.replaceChildren(...status.tables.map((table) => new Option(table.name, table.name)));
  if (chosen) select.value = chosen;
  showLayout();
}

async function showLayout() {
  const table = document.getElementById('layout-table').value;
  if (!table) return;
  const answer = await ask('api/layout?table=' + encodeURIComponent(table));
  const picture = document.getElementById('layout');
  picture.src = 'data:image/svg+xml,' + encodeURIComponent(await answer.text());
  picture.alt = 'Each file of ' + table + ' as a bar over its range of the sort key';
}

function showVerdict(text, className) {
  const verdict = document.getElementById('verdict');
  if (verdict.textContent !== text) verdict.textContent = text;
  verdict.className = className;
}

async function refresh() {
  try {
    const answer = await ask('api/status');
    if (!answer.ok) throw new Error((await answer.text()).trim());
    const status = await answer.json();
    document.getElementById('namespace').textContent = status.namespace;
    document.title = (status.ready ? '' : '⚠ ') + 'Firn ' + status.namespace;
    showVerdict(status.ready ? 'Everything runs.' : 'Something needs a look.', status.ready ? 'well' : 'bad');
    showActivities(status);
    showTables(status);
    showDays(status);
    offerLayouts(status);
  } catch (error) {
    showVerdict('The service does not answer: ' + error.message, 'bad');
  }
}

document.getElementById('layout-table').addEventListener('change', showLayout);
refresh();
setInterval(refresh, EVERY_MILLIS);
