'use strict';

/* The status, every few seconds; what changes slowly, every half minute. */

const EVERY_MILLIS = 3000;
const SLOW_EVERY_MILLIS = 30000;
let ledger = {};

const PHASES = {
  STARTING: ['starts', 'wait'],
  RUNNING: ['runs', 'well'],
  WAITING: ['failed, is tried again', 'wait'],
  STOPPED_BY_ERROR: ['needs somebody', 'bad'],
  STOPPED: ['stopped', 'bad'],
};

function showActivities(status) {
  fill(byId('activities'), status.activities.map((activity) => {
    const phase = PHASES[activity.phase];
    const item = element('li');
    item.appendChild(element('strong', activity.name));
    item.appendChild(element('span', phase[0] + ', ' + ago(activity.since, status.now), phase[1]));
    return item;
  }));
}

function showTroubles(status) {
  byId('troubles-section').hidden = status.troubles.length === 0;
  fill(byId('troubles'), status.troubles.map((trouble) => {
    const item = element('li');
    item.appendChild(element('strong', trouble.activity + ', ' + ago(trouble.at, status.now)));
    item.appendChild(element('p', trouble.message));
    item.appendChild(element('p', trouble.advice, 'hint'));
    return item;
  }));
}

function equality(verified) {
  if (!verified) return element('span', 'not compared yet', 'wait');
  const shown = element('span', verified.equal ? 'equal' : 'DIFFERENT', verified.equal ? 'well' : 'bad');
  shown.title = 'compared ' + verified.comparedAt + (verified.partsLeft ? ', ' + verified.partsLeft + ' parts left' : '');
  verified.findings.forEach((finding) => shown.appendChild(element('span', finding, 'reason')));
  return shown;
}

function nameOf(each) {
  const name = element('th', each.name);
  name.scope = 'row';
  if (each.stopped) name.appendChild(element('span', 'stopped: ' + each.stopped, 'bad reason'));
  return name;
}

function showTables(status) {
  const projected = Object.keys(status.redis).length > 0;
  const compares = status.activities.some((activity) => activity.name === 'verify');
  byId('redis-column').hidden = !projected;
  byId('verify-column').hidden = !compares;
  fill(byId('tables'), status.tables.map((each) => {
    const row = element('tr');
    row.appendChild(nameOf(each));
    [whole.format(each.rows), whole.format(each.files), whole.format(each.deleteFiles), size(each.bytes),
      whole.format(each.cut)].forEach((text) => row.appendChild(element('td', text, 'number')));
    if (projected) {
      const redis = status.redis[each.name];
      row.appendChild(element('td', redis === undefined ? '' : redis >= each.cut ? 'up to date'
        : 'at cut ' + whole.format(redis), 'number'));
    }
    if (compares) row.appendChild(element('td')).appendChild(equality(each.verified));
    [each.lastChange, each.committed].forEach((instant) => {
      const cell = row.appendChild(element('td', ago(instant, status.now)));
      if (instant) cell.title = instant;
    });
    return row;
  }));
}

function dayClass(count, tables, entry) {
  if (count === 0) return 'day';
  const proven = entry ? ' proven' : '';
  const certified = entry && entry.tables > 0 && entry.certified === entry.tables ? ' certified' : '';
  return 'day' + (count >= tables ? ' all' : ' some') + proven + certified;
}

function dayTitle(day, count, tables, entry) {
  const ledgerSays = entry
    ? ', entered into the ledger' + (entry.certified > 0 ? ', ' + entry.certified + ' certified' : '')
    : '';
  return day + ': ' + count + ' of ' + tables + ' tables' + ledgerSays;
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October',
  'November', 'December'];

function month(year, number, counts, tables) {
  const box = element('div', undefined, 'month');
  box.appendChild(element('h3', MONTHS[number] + ' ' + year));
  const weeks = box.appendChild(element('div', undefined, 'weeks'));
  const last = new Date(Date.UTC(year, number + 1, 0)).getUTCDate();
  for (let day = 1; day <= last; day++) {
    const date = new Date(Date.UTC(year, number, day));
    const text = date.toISOString().slice(0, 10);
    const count = counts[text] || 0;
    const cell = weeks.appendChild(element('span', day, dayClass(count, tables, ledger[text])));
    if (day === 1) cell.style.gridColumnStart = String((date.getUTCDay() + 6) % 7 + 1);
    if (count > 0) {
      cell.title = dayTitle(text, count, tables, ledger[text]);
      cell.setAttribute('role', 'img');
      cell.setAttribute('aria-label', cell.title);
    }
  }
  return box;
}

function showDays(status) {
  const counts = {};
  status.tables.forEach((each) => each.days.forEach((day) => { counts[day] = (counts[day] || 0) + 1; }));
  const days = Object.keys(counts).sort();
  if (days.length === 0) {
    fill(byId('days'), [element('p', 'No day is closed yet.')]);
    return;
  }
  const months = [];
  const end = new Date(days[days.length - 1]);
  for (let at = new Date(days[0].slice(0, 8) + '01'); at <= end; at.setUTCMonth(at.getUTCMonth() + 1)) {
    months.unshift(month(at.getUTCFullYear(), at.getUTCMonth(), counts, status.tables.length));
  }
  fill(byId('days'), months);
}

function showVerdict(text, className) {
  const verdictLine = byId('verdict');
  if (verdictLine.textContent !== text) verdictLine.textContent = text;
  verdictLine.className = className;
}

function largest(tables) {
  return tables.reduce((most, each) => (each.bytes > most.bytes ? each : most)).name;
}

function verdictOf(status) {
  if (!status.ready) return ['Something needs a look.', 'bad'];
  return status.activities.some((activity) => activity.phase === 'STARTING') ? ['Starting.', 'wait']
    : ['Everything runs.', 'well'];
}

function show(status) {
  byId('namespace').textContent = status.namespace;
  document.title = (status.ready ? '' : '⚠ ') + 'Firn ' + status.namespace;
  const found = verdictOf(status);
  showVerdict(found[0], found[1]);
  byId('lag').textContent = status.lagSeconds === undefined ? ''
    : status.lagSeconds === 0 ? 'The lake has all that is in Kafka.'
      : 'The oldest change that is not in the lake has waited ' + span(status.lagSeconds) + '.';
  showActivities(status);
  showTroubles(status);
  showTables(status);
  showDays(status);
  offerSearch(status);
  if (options(byId('layout-table'), status.tables.map((each) => each.name))) {
    byId('layout-table').value = largest(status.tables);
    showLayout();
  }
}

function refresh() {
  return askJson('api/status').then(show)
    .catch((error) => showVerdict('The service does not answer: ' + error.message, 'bad'));
}

function refreshSlowly() {
  askLedger().then((days) => { ledger = days; return refresh(); })
    .catch((error) => { byId('ledger-error').textContent = error.message; });
  showQuarantine().catch((error) => fill(byId('quarantine'), [element('p', error.message, 'bad')]));
  showChecks().catch((error) => fill(byId('checks'), [element('p', error.message, 'bad')]));
}

byId('layout-table').addEventListener('change', showLayout);
byId('search-table').addEventListener('change', askForKey);
byId('search').addEventListener('submit', search);
refreshSlowly();
refresh();
setInterval(refresh, EVERY_MILLIS);
setInterval(refreshSlowly, SLOW_EVERY_MILLIS);
