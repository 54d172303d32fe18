'use strict';

/* What everything on the page is made of. */

const token = new URLSearchParams(location.search).get('token');
const whole = new Intl.NumberFormat('en');

function ask(path) {
  return fetch(path, token ? { headers: { Authorization: 'Bearer ' + token } } : {});
}

/** The answer as JSON; what the service says instead is the error's message. */
function askJson(path) {
  return ask(path).then((answer) => {
    if (answer.ok) return answer.json();
    return answer.text().then((text) => { throw new Error(text.trim()); });
  });
}

function byId(id) {
  return document.getElementById(id);
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined && text !== null) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** Puts elements in place of what is there. */
function fill(parent, children) {
  parent.textContent = '';
  children.forEach((child) => parent.appendChild(child));
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

function span(seconds) {
  if (seconds < 120) return Math.round(seconds) + ' s';
  if (seconds < 7200) return Math.round(seconds / 60) + ' min';
  if (seconds < 172800) return Math.round(seconds / 3600) + ' h';
  return Math.round(seconds / 86400) + ' days';
}

function ago(instant, now) {
  if (!instant) return '–';
  return span(Math.max(0, (new Date(now) - new Date(instant)) / 1000)) + ' ago';
}

/** An instant to the second, with all of it for whoever points at it. */
function moment(instant) {
  if (!instant) return '–';
  const shown = element('time', instant.replace('T', ' ').replace(/[.]\d+/, ''));
  shown.title = instant;
  return shown;
}

/**
 * A table that scrolls by itself.
 *
 * @param columns names; of numbers, with a leading #
 * @param rows arrays of texts or elements
 */
function table(columns, rows) {
  const made = element('table');
  const head = element('tr');
  columns.forEach((column) => {
    const cell = element('th', column.replace('#', ''), column[0] === '#' ? 'number' : '');
    cell.scope = 'col';
    head.appendChild(cell);
  });
  made.appendChild(element('thead')).appendChild(head);
  const body = made.appendChild(element('tbody'));
  rows.forEach((values) => {
    const row = body.appendChild(element('tr'));
    values.forEach((value, i) => {
      const cell = row.appendChild(element('td', undefined, columns[i][0] === '#' ? 'number' : ''));
      cell.setAttribute('data-column', columns[i].replace('#', ''));
      if (value instanceof Node) cell.appendChild(value);
      else cell.textContent = value === null || value === undefined ? '–' : String(value);
    });
  });
  return made;
}

/** @param title names the region for those who do not see it */
function scrolling(inner, title) {
  const scroll = element('div', undefined, 'scroll');
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-labelledby', title);
  inner.setAttribute('aria-labelledby', title);
  scroll.appendChild(inner);
  return scroll;
}

function options(select, names) {
  const same = select.options.length === names.length
    && names.every((name, i) => select.options[i].value === name);
  if (same) return false;
  const chosen = select.value;
  fill(select, names.map((name) => {
    const option = element('option', name);
    option.value = name;
    return option;
  }));
  if (names.indexOf(chosen) >= 0) select.value = chosen;
  return true;
}
