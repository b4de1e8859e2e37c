// What a document refers to and what is not there: links, files, scripts of npm, error codes and settings.

import { existsSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { ERROR_CODES } from '../../src/domain/error-codes.ts';
import { ROOT, sourcesBelow, textOf } from '../house/source.ts';
import { anchorsOf, type Document, documentOf, inlineCode, linksOf } from './documents.ts';

/** Links that lead to no file or to no heading. Addresses of the web are not followed. */
export function deadLinks(document: Document): string[] {
  return linksOf(document)
    .filter((target) => !/^[a-z]+:/.test(target))
    .flatMap((target) => {
      const [file = '', anchor] = target.split('#');
      const linked = file === '' ? document : documentAt(posix.join(posix.dirname(document.path), file));
      if (linked === undefined) return [`${document.path}: ${target} leads nowhere`];
      const isFound = anchor === undefined || anchorsOf(linked).has(anchor);
      return isFound ? [] : [`${document.path}: ${target} has no such heading`];
    });
}

/** A folder has no headings. Undefined where nothing is there. */
function documentAt(path: string): Document | undefined {
  const place = join(ROOT, path);
  if (!existsSync(place)) return undefined;
  return documentOf(path, statSync(place).isFile() ? textOf(path) : '');
}

const FOLDERS = ['src', 'test', 'bench', 'bin', 'docs', 'schemas', 'tools', 'deploy', 'examples'];
const PATH = new RegExp(`^(?:${FOLDERS.join('|')})/[\\w./-]*$`);

/**
 * Paths of ours between backticks that lead nowhere. A part in capitals, as in `src/app/NAME.ts`, is for the
 * reader; what git ignores is made when it is needed.
 */
export function missingFiles(document: Document): string[] {
  const made = textOf('.gitignore')
    .split('\n')
    .map((line) => line.replace(/\/$/, ''));
  return inlineCode(document)
    .filter((code) => PATH.test(code) && !/[A-Z]{4}/.test(code) && !made.includes(code.replace(/\/$/, '')))
    .filter((path) => !existsSync(join(ROOT, path)) && !isToBeMade(document, path))
    .map((path) => `${document.path}: there is no ${path}`);
}

/** A recipe shows each file that it adds under its path, on a line of its own before the code. */
function isToBeMade({ text }: Document, path: string): boolean {
  return text.includes(`\n\`${path}\`\n\n\`\`\`ts\n`);
}

/** `npm run X` of a script that package.json does not have. */
export function unknownScripts({ path, text }: Document): string[] {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const named = [...text.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name]) => name!);
  return named.filter((name) => !Object.hasOwn(scripts, name)).map((name) => `${path}: npm run ${name}`);
}

const variables = new Set<string>();

/** HESABU_ names that are neither an error code nor a variable that some program of ours reads. */
export function unknownNames({ path, text }: Document): string[] {
  const named = new Set(text.match(/\bHESABU_[A-Z_]+[A-Z]\b/g) ?? []);
  return [...named]
    .filter((name) => !Object.hasOwn(ERROR_CODES, name) && !knownVariables().has(name))
    .map((name) => `${path}: ${name}`);
}

/** The variables that programs read from their environment. */
function knownVariables(): ReadonlySet<string> {
  if (variables.size > 0) return variables;
  for (const { text } of sourcesBelow('src', 'test', 'bench', 'bin')) {
    for (const [, name] of text.matchAll(/\benv\b[^\n]*?\b(HESABU_[A-Z_]+[A-Z])\b/g)) variables.add(name!);
  }
  return variables;
}
