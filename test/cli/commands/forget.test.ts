// What `hesabu forget` refuses and prints: never whom it was given.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { runForget } from '../../../src/cli/commands/forget.ts';
import { lockDirectory } from '../../../src/log/data-directory.ts';
import { NUMBER, reconcilePayer } from '../../app/forget/given-payer.ts';
import { hesabu } from '../cli-process.ts';
import { freshDirectory } from './given-ledger.ts';

let data: string;
beforeAll(async () => {
  const dir = freshDirectory();
  data = join(dir, 'data');
  await reconcilePayer(dir, data);
});

const forget = (subject: string, yes = true) => {
  return runForget(subject, { data, yes, wait: 'PT0S', format: 'text', lang: 'en' });
};
const isForgotten = () => readdirSync(join(data, 'keys')).includes('forgotten');

it.each(['0712345678', '12345', '', '   ', '+25471'])('refuses "%s", and does not repeat it', async (subject) => {
  const refused = await forget(subject).catch((error: Error) => error.message);
  expect(refused).toMatch(/^HESABU_USAGE: subject: .* found something else\. Nothing was changed\./);
  if (subject.trim() !== '') expect(refused).not.toContain(subject);
  expect(isForgotten()).toBe(false);
});

it('does nothing without a confirmation, or while another process has the directory', async () => {
  await expect(forget(NUMBER, false)).rejects.toThrow('HESABU_USAGE: forget: ');
  const lock = lockDirectory(data);
  await expect(forget(NUMBER)).rejects.toThrow('HESABU_DATA_LOCKED');
  lock.close();
  expect(isForgotten()).toBe(false);
});

it('says what it did, and not to whom', async () => {
  const { code, stdout, stderr } = await hesabu(['forget', NUMBER, '--data', data, '--yes']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toBe(
    'Forgotten: no pseudonym can be made of it any more.\n' +
      'Blanked in 2 stored files and 0 days of exchanges; 0 fetched reports removed.\n' +
      'Ended: 0 uploads that waited. Blanked: 0 reasons of refunds.\n',
  );
  expect(isForgotten()).toBe(true);
});
