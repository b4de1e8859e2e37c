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

export function deskTasks(page: Page, url: string): Tasks {
  const { keyboard } = page;
  return {
    load: async () => {
      await page.goto(`${url}/desk/${LIST}`);
      await page.waitForSelector('tr[data-framed]');
    },
    find: async (key) => {
      await keyboard.press('/');
      await keyboard.insertText(key);
      await keyboard.press('Enter');
      await page.waitForSelector(`.breaks-table tbody tr:only-child:has-text(${JSON.stringify(key)})`);
    },
    open: async () => {
      await keyboard.press('Enter');
      await page.waitForSelector('.sentence');
    },
    decide: async () => {
      await page.selectOption('.proposal-form select', 'timing');
      await keyboard.press('Control+Enter');
      await page.waitForSelector('.proposal.live');
    },
    next: async () => {
      const before = await page.textContent('.title-key');
      await keyboard.press(']');
      await page.waitForSelector(`.title-key:not(:text-is(${JSON.stringify(before)}))`);
      await page.waitForSelector('.sentence');
    },
  };
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
