'use strict';

/* What the lake's own tables and the change logs say. */

const keys = {};

function offerSearch(status) {
  status.tables.forEach((each) => { keys[each.name] = each.key; });
  if (options(byId('search-table'), status.tables.map((each) => each.name))) askForKey();
}

function askForKey() {
  const columns = keys[byId('search-table').value] || [];
  fill(byId('search-key'), columns.map((column) => {
    const label = element('label', column + ' ');
    const input = label.appendChild(element('input'));
    input.name = column;
    input.required = true;
    input.autocomplete = 'off';
    return label;
  }));
}

function search(event) {
  event.preventDefault();
  const name = byId('search-table').value;
  const inputs = Array.prototype.slice.call(byId('search-key').querySelectorAll('input'));
  const question = inputs
    .map((input) => '&key.' + encodeURIComponent(input.name) + '=' + encodeURIComponent(input.value))
    .join('');
  byId('search-verdict').textContent = 'Searching…';
  askJson('api/changes?table=' + encodeURIComponent(name) + question).then((changes) => {
    byId('search-scroll').hidden = changes.length === 0;
    byId('search-verdict').textContent = changes.length === 0
      ? 'The change log knows no such row.'
      : changes.length + (changes.length === 1 ? ' change' : ' changes') + ', the newest first.';
    fill(byId('search-scroll'), [changesTable(changes)]);
  }).catch((error) => {
    byId('search-scroll').hidden = true;
    byId('search-verdict').textContent = error.message;
  });
}

function changesTable(changes) {
  const made = table(
    ['committed', 'operation', 'what changed', '#cut', 'transaction', 'first day with it'],
    changes.map((change) => [moment(change.changed_at), change.operation, change.changes, change.cut, change.transaction,
      change.first_tag]));
  made.classList.add('wrapping');
  made.setAttribute('aria-labelledby', 'search-title');
  return made;
}

function showQuarantine() {
  return askJson('api/quarantine').then((groups) => {
    if (groups.length === 0) {
      fill(byId('quarantine'), [element('p', 'Nothing is in quarantine.')]);
      return;
    }
    const shown = table(['table', '#records', 'reason', 'since', 'firn quarantine show'],
      groups.map((group) => [group.table, whole.format(group.records), group.reason, moment(group.first_at), group.example]));
    shown.classList.add('wrapping');
    fill(byId('quarantine'), [scrolling(shown, 'quarantine-title'),
      element('p', 'When the cause is gone, firn quarantine replay TABLE writes them.', 'hint')]);
  });
}

const VERDICTS = {
  HELD: ['holds', 'well'], FAILED: ['FAILS', 'bad'], WAITING: ['waits', 'wait'], UNKNOWN: ['unknown', 'wait'],
  ERROR: ['could not be checked', 'bad'],
};

function verdict(word) {
  return VERDICTS[word.toUpperCase()] || [word, 'wait'];
}

function marks(words) {
  const list = element('span', undefined, 'history');
  words.slice().reverse().forEach((word) => {
    const mark = list.appendChild(element('span', undefined, 'mark ' + verdict(word)[1]));
    mark.title = verdict(word)[0];
  });
  list.setAttribute('role', 'img');
  list.setAttribute('aria-label', 'the last ' + words.length + ': '
    + words.slice().reverse().map((word) => verdict(word)[0]).join(', '));
  return list;
}

function isBad(check) {
  return verdict(check.verdict)[1] === 'bad';
}

function checksTable(checks) {
  const shown = table(['table', 'check', 'last', 'earlier ones', 'what was found', 'checked'],
    checks.map((check) => [check.table, check.expectation, element('strong', verdict(check.verdict)[0],
      verdict(check.verdict)[1]), marks(check.history), check.detail, moment(check.checked_at)]));
  shown.classList.add('wrapping');
  return scrolling(shown, 'checks-title');
}

/** What fails is shown; what holds is counted, and shown to whoever asks. */
function showChecks() {
  return askJson('api/checks').then((checks) => {
    if (checks.length === 0) {
      fill(byId('checks'), [element('p', 'No checks yet.')]);
      return;
    }
    const bad = checks.filter(isBad);
    const held = checks.filter((check) => verdict(check.verdict)[1] === 'well').length;
    const count = element('p', held + ' of ' + checks.length + ' checks hold.', bad.length === 0 ? 'well' : 'bad');
    const before = byId('checks').querySelector('details');
    const rest = element('details');
    rest.open = before !== null && before.open;
    rest.appendChild(element('summary', bad.length === 0 ? 'All checks' : 'The others'));
    rest.appendChild(checksTable(checks.filter((check) => !isBad(check))));
    fill(byId('checks'), bad.length === 0 ? [count, rest] : [count, checksTable(bad), rest]);
  });
}

function showLayout() {
  const name = byId('layout-table').value;
  if (!name) return Promise.resolve();
  const picture = byId('layout');
  return ask('api/layout?table=' + encodeURIComponent(name))
    .then((answer) => answer.text())
    .then((svg) => {
      picture.src = 'data:image/svg+xml,' + encodeURIComponent(svg);
      picture.alt = 'Each file of ' + name + ' as a bar over its range of the sort key, before and after the last'
        + ' compaction';
      return askJson('api/runs?table=' + encodeURIComponent(name));
    })
    .then(showRuns);
}

function showRuns(runs) {
  if (runs.length === 0) {
    fill(byId('runs'), [element('p', 'No compaction yet.')]);
    return;
  }
  const shown = table(['started', '#took', '#files', '#size', 'why', 'problems'], runs.map((run) => [
    moment(run.started), run.seconds + ' s', run.files_before + ' → ' + run.files_after,
    size(run.bytes_before) + ' → ' + size(run.bytes_after), run.reasons.join(', '), run.problems.join('; ')]));
  shown.classList.add('wrapping');
  fill(byId('runs'), [scrolling(shown, 'layout-title')]);
}

/** Days of the ledger, by day. */
function askLedger() {
  return askJson('api/ledger').then((entries) => {
    const days = {};
    entries.forEach((entry) => { days[entry.day] = entry; });
    return days;
  });
}
