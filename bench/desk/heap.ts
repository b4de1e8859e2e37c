// What a page keeps after an operator worked for long: the heap of the browser, after a collection.

import type { Page } from 'playwright-core';
import { deskTasks } from './tasks.ts';

/** People rest between two rows. */
const REST_MILLIS = 1_000;

/** MiB, after so many minutes of finding, opening and going on. */
export async function heapAfter(page: Page, url: string, keys: readonly string[], minutes: number): Promise<number> {
  const tasks = deskTasks(page, url);
  const browser = await page.context().newCDPSession(page);
  const until = performance.now() + minutes * 60_000;
  await tasks.load();
  for (let turn = 0; performance.now() < until; turn++) {
    await tasks.find(keys[turn % keys.length]!);
    await tasks.open();
    await page.waitForTimeout(REST_MILLIS);
    // Back to the row, and to all rows: without loading the page anew.
    await page.keyboard.press('Escape');
    await page.waitForTimeout(REST_MILLIS);
  }
  await browser.send('HeapProfiler.collectGarbage');
  const { usedSize } = await browser.send('Runtime.getHeapUsage');
  return usedSize / 2 ** 20;
}
