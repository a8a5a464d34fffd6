"""What is wrong with a page for who cannot see, click or scroll it as others do: a small part of WCAG 2, run in the browser."""

from __future__ import annotations

from playwright.async_api import Page

CONTRAST = 4.5

_SCRIPT = r"""
(least) => {
  const problems = [];
  const say = (what, node) => problems.push(`${what}: ${(node.outerHTML || node).slice(0, 160)}`);
  const all = (query) => [...document.querySelectorAll(query)].filter((node) => node.checkVisibility());

  for (const node of document.querySelectorAll('details')) node.open = true;
  // What is scrolled away cannot be found by its place.
  for (const node of document.querySelectorAll('.scroll')) { node.style.overflow = 'visible'; node.style.maxHeight = 'none'; }

  if (!document.documentElement.lang) say('no language', document.documentElement);
  if (!document.title) say('no title', document.head);

  let before = 0;
  for (const node of all('h1, h2, h3, h4, h5, h6')) {
    const level = Number(node.tagName[1]);
    if (level > before + 1 || (level === 1 && before)) say('heading out of order', node);
    if (!node.textContent.trim()) say('empty heading', node);
    before = level;
  }
  if (all('h1').length !== 1) say('not one h1', document.body);
  if (all('main').length !== 1) say('not one main', document.body);

  const named = (node) => node.getAttribute('aria-label')?.trim()
    || (node.getAttribute('aria-labelledby') || '').split(' ').map((id) => document.getElementById(id)?.textContent.trim()).join('');
  for (const node of all('[role=region], nav, section, figure')) if (!named(node)) say('no label', node);
  for (const node of all('a, summary, button')) if (!named(node) && !node.textContent.trim()) say('no name', node);
  for (const node of all('svg')) {
    if (node.getAttribute('aria-hidden') === 'true') continue;
    if (node.getAttribute('role') !== 'img') say('drawing without role', node);
    for (const part of ['title', 'desc']) if (!node.querySelector(`:scope > ${part}`)?.textContent.trim()) say(`no ${part}`, node);
  }
  for (const node of all('img')) if (!node.alt) say('no alternative', node);
  for (const node of all('table')) {
    if (!node.caption?.textContent.trim()) say('no caption', node);
    for (const head of node.querySelectorAll('th')) if (!head.scope) say('no scope', head);
    for (const row of node.querySelectorAll('tbody tr')) if (row.cells.length > 1 && row.cells[0].tagName !== 'TH') say('no row heading', row);
  }
  for (const node of all('*')) {
    if (node.closest('svg') || node.scrollWidth <= node.clientWidth + 1 || node === document.documentElement) continue;
    const overflow = node.dataset.overflow || getComputedStyle(node).overflowX;
    if (['auto', 'scroll'].includes(overflow) && node.tabIndex < 0 && !node.querySelector('a')) say('not scrolled by keys', node);
  }

  const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
  ids.filter((id, at) => ids.indexOf(id) !== at).forEach((id) => say('id twice', id));
  for (const node of document.querySelectorAll('a[href^="#"]')) if (!document.getElementById(node.getAttribute('href').slice(1))) say('leads nowhere', node);

  const parse = (text) => { const parts = (text.match(/[\d.]+/g) || []).map(Number); return { rgb: parts.slice(0, 3), alpha: parts.length > 3 ? parts[3] : 1 }; };
  const light = (rgb) => { const [r, g, b] = rgb.map((one) => { const part = one / 255; return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) { const found = parse(getComputedStyle(at).backgroundColor); if (found.alpha === 1 && getComputedStyle(at).backgroundColor !== 'rgba(0, 0, 0, 0)') return found.rgb; }
    return [255, 255, 255];
  };
  const painted = (shape) => {
    const fill = getComputedStyle(shape).fill;
    if (fill === 'none') return null;
    const pattern = fill.match(/url\("#(.*)"\)/);
    return parse(pattern ? getComputedStyle(document.getElementById(pattern[1]).querySelector('rect')).fill : fill).rgb;
  };
  const under = (text) => {
    const box = text.getBoundingClientRect();
    const stack = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    for (const node of stack) {
      if (node.closest('text') || ['svg', 'g'].includes(node.tagName)) continue;
      if (!node.closest('svg')) return behind(node);
      const found = painted(node);
      if (found) return found;
    }
    return behind(text.closest('svg').parentElement);
  };
  let texts = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.textContent.trim() || ['TITLE', 'DESC', 'STYLE', 'SCRIPT'].includes(parent.tagName.toUpperCase()) || !parent.checkVisibility()) continue;
    const drawn = parent.closest('text');
    const ink = parse(drawn ? getComputedStyle(parent).fill : getComputedStyle(parent).color).rgb;
    const [low, high] = [light(ink), light(drawn ? under(drawn) : behind(parent))].sort((a, b) => a - b);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < least) say(`contrast ${contrast.toFixed(2)}`, `${node.textContent.trim()} in ${parent.outerHTML}`);
    texts += 1;
  }
  if (!texts) say('no text', document.body);
  return problems;
}
"""


async def audit(page: Page) -> list[str]:
    """Return the problems of a page: order, names, tables, keys, links, contrast of every text; its boxes are unfolded by it."""
    return list(await page.evaluate(_SCRIPT, CONTRAST))
