// The chapters of ERRORS.md, read and written.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../house/source.ts';

export interface Chapter {
  readonly code: string;
  readonly text: string;
}

const PATH = join(ROOT, 'ERRORS.md');

export function chaptersOf(text = readFileSync(PATH, 'utf8')): Chapter[] {
  return text
    .split(/^### /m)
    .slice(1)
    .map((part) => ({ code: part.split('\n')[0] ?? '', text: part.split(/^## /m)[0] ?? '' }));
}

/** What a chapter says after a label; '' where it does not have it. */
export function lineOf(chapter: Chapter, label: string): string {
  const line = new RegExp(`^- ${label}: (.+(?:\\n {2}.+)*)$`, 'm').exec(chapter.text)?.[1] ?? '';
  return line.replaceAll('\n ', '');
}

export function exampleOf(code: string): string {
  const chapter = chaptersOf().find((one) => one.code === code);
  return chapter === undefined ? '' : lineOf(chapter, 'Example').replaceAll(/^`|`$/g, '');
}

/** Puts another example into a chapter. */
export function writeExample(code: string, example: string): void {
  const text = readFileSync(PATH, 'utf8');
  const pattern = new RegExp(`(^### ${code}\\n(?:(?!^##).*\\n)*?- Example: ).*$`, 'm');
  writeFileSync(
    PATH,
    text.replace(pattern, (_all, head: string) => `${head}\`${example}\``),
  );
}
