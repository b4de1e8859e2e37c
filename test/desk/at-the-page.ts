// For tests: what people do at the page, by keyboard alone.
import type { Page } from 'playwright-core';
import { codeOf, givenPerson, PASSWORD } from '../http/access/given-people.ts';
import type { Given } from '../http/api/given-api.ts';
import type { GivenBrowser } from './browser.ts';
import type { Reader } from './readers.ts';

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

/** Waits for what the page says of an act, in a region that is read out, and for the focus to be on something. */
export async function told(page: Page, text: string): Promise<void> {
  await page.waitForSelector(`.notice[role=status]:has-text("${text}")`);
  await page.waitForSelector('body :focus', { timeout: 10_000 });
}

/** A new approver at a page, who signed in there with her code. */
export async function approverAt(
  given: Given,
  { open, url }: GivenBrowser,
  path: string,
  { name = 'Neema', reader }: { readonly name?: string; readonly reader?: Pick<Reader, 'language' | 'zone'> } = {},
) {
  const { secret } = await givenPerson(given, name, 'approver');
  given.clock.at += 60_000;
  const page = await open(reader?.language ?? 'zh-CN', reader?.zone);
  await signIn(page, url, path, { name, code: codeOf(given, secret!) });
  return page;
}

/** Goes on by Tab, or back, until the focus is on what a selector names. */
export async function tabTo(page: Page, selector: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let turn = 0; turn < 80; turn++) {
    await page.keyboard.press(key);
    if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)}) === true`)) return;
  }
  throw new Error(`no ${key} leads to ${selector}`);
}

/** Lets an input method compose a text, says yes by its Enter, and ends with what it became. */
export async function compose(page: Page, letters: string, text: string): Promise<void> {
  const input = await page.context().newCDPSession(page);
  const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229, modifiers: 0 };
  await input.send('Input.imeSetComposition', { text: letters, selectionStart: 2, selectionEnd: 2 });
  for (const modifiers of [0, 2])
    await input.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter, modifiers });
  await input.send('Input.insertText', { text });
}
