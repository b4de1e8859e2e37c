// What an operator does all day at the page, by keyboard: loads the list, finds a row, opens it, decides, goes on.

import type { Page } from 'playwright-core';

/** Each ends when what was asked for is painted. */
export interface Tasks {
  readonly load: () => Promise<void>;
  /** By its whole reference. */
  readonly find: (key: string) => Promise<void>;
  /** The row that was found. */
  readonly open: () => Promise<void>;
  /** Explains it. */
  readonly decide: () => Promise<void>;
  readonly next: () => Promise<void>;
}

const LIST = 'breaks?sort=reference';
const WAIT_MILLIS = 30_000;

export function deskTasks(page: Page, url: string): Tasks {
  const { keyboard } = page;
  return {
    load: async () => {
      await page.goto(`${url}/desk/${LIST}`);
      await shown(page, 'tr[data-framed]');
    },
    find: async (key) => {
      await keyboard.press('/');
      await keyboard.insertText(key);
      await keyboard.press('Enter');
      await shown(page, '.breaks-table tbody tr:only-child', `found.textContent.includes(${JSON.stringify(key)})`);
    },
    open: async () => {
      await keyboard.press('Enter');
      await shown(page, '.sentence');
    },
    decide: async () => {
      await page.selectOption('.proposal-form select', 'timing');
      await keyboard.press('Control+Enter');
      await shown(page, '.proposal.live');
    },
    next: async () => {
      const before = await page.textContent('.title-key');
      await keyboard.press(']');
      await shown(page, '.title-key', `found.textContent !== ${JSON.stringify(before)}`);
      await shown(page, '.sentence');
    },
  };
}

/** Looked for in each frame: a wait for a selector looks every tenth of a second, and the page lets no text run. */
export async function shown(page: Page, selector: string, isSo = 'true'): Promise<void> {
  const isThere = `((found) => found !== null && ${isSo})(document.querySelector(${JSON.stringify(selector)}))`;
  const inFrame = `new Promise((resolve) => requestAnimationFrame(() => resolve(${isThere})))`;
  const until = performance.now() + WAIT_MILLIS;
  // A page that goes to another one answers nothing.
  while (!(await page.evaluate<boolean>(inFrame).catch(() => false))) {
    if (performance.now() > until) throw new Error(`no ${selector} within ${WAIT_MILLIS} ms`);
  }
}

/** How long each took, in milliseconds. */
export async function times(count: number, work: (at: number) => Promise<unknown>): Promise<number[]> {
  const each: number[] = [];
  for (let at = 0; at < count; at++) {
    const from = performance.now();
    await work(at);
    each.push(performance.now() - from);
  }
  return each;
}

export function p95(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.ceil(values.length * 0.95) - 1]!;
}
