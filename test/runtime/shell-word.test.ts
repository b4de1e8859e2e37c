// A path in a line that somebody pastes into a shell is one word there, whatever it is made of.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from '../../src/runtime/shell-word.ts';

test.each([
  '/var/lib/hesabu',
  './books',
  "/home of été/it's",
  '/a/$HOME/`id`/"x"',
  'a\\b',
  '*?[a]{b,c}~!#&;|<>()',
  '-n',
  '',
])('%s comes back from a shell as it was', (text) => {
  const line = `printf %s ${shellWord(text)}`;
  expect(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' })).toBe(text);
});

test('a plain path stays as it is', () => {
  expect(shellWord('/var/lib/hesabu-1/books_2.d')).toBe('/var/lib/hesabu-1/books_2.d');
});
