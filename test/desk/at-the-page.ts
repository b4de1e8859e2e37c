// For tests: what people do at the page, by keyboard alone.
import type { Page } from 'playwright-core';
import { codeOf, givenPerson, PASSWORD } from '../http/access/given-people.ts';
import type { Given } from '../http/api/given-api.ts';
import type { GivenBrowser } from './browser.ts';

export async function signIn(
  page: Page,
  url: string,
  path: string,
  person: { name: string; code?: string },
): Promise<void> {
  const { keyboard } = page;
  await page.goto(`${url}/desk/${path}`);
  await page.waitForSelector('.sign-in');
  for (const text of [person.name, PASSWORD, ...(person.code === undefined ? [] : [person.code])]) {
    await keyboard.press('Tab');
    await keyboard.type(text);
  }
  await keyboard.press('Enter');
  await page.waitForSelector('.shell');
}

/** Waits for what the page says of an act. */
export const told = (page: Page, text: string) => page.waitForSelector(`.notice:has-text("${text}")`);

/** A new approver at a page, who signed in there with her code. */
export async function approverAt(given: Given, { open, url }: GivenBrowser, path: string, name = 'Neema') {
  const { secret } = await givenPerson(given, name, 'approver');
  given.clock.at += 60_000;
  const page = await open('zh-CN');
  await signIn(page, url, path, { name, code: codeOf(given, secret!) });
  return page;
}

/** Goes on by Tab until the focus is on what a selector names. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let turn = 0; turn < 80; turn++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)}) === true`)) return;
  }
  throw new Error(`no Tab leads to ${selector}`);
}
