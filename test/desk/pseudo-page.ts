// For tests: the page in a language that nobody speaks. Every word that comes from a table of words has wide letters
// and no Chinese sign, so that a text with others is none of the tables'; or it is the data's own.
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { type Plugin, rolldown } from 'rolldown';
import type { DeskSource } from '../../src/http/desk/desk-files.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MARK = '\0pseudo:';

/** Where the page has its words from, and what of it gives them. */
const WORDED: Readonly<Record<string, readonly string[]>> = {
  'desk/words/words.ts': ['useWords', 'reasonTitle', 'foundOnly', 'wordFor'],
  'src/domain/decision-words.ts': ['CAUSE_WORDS'],
  'src/domain/evidence-words.ts': ['GROUND_WORDS'],
  'src/domain/hint-words.ts': ['signWord'],
};

/** A text that comes out of a function as it went in is the data's. */
const PSEUDO = `
const known = new WeakMap();
const widened = (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0);
const wide = (text) => text.replace(/[A-Za-z]/g, widened).replace(/\\p{Script=Han}/gu, '＃');
function pseudo(word) {
  if (typeof word === 'string') return wide(word);
  if (typeof word === 'function') return (...given) => {
    const said = word(...given);
    return given.includes(said) ? said : pseudo(said);
  };
  if (typeof word !== 'object' || word === null) return word;
  if (!known.has(word)) {
    const entries = Object.entries(word).map(([name, one]) => [name, pseudo(one)]);
    known.set(word, Array.isArray(word) ? word.map(pseudo) : Object.fromEntries(entries));
  }
  return known.get(word);
}`;

const words: Plugin = {
  name: 'pseudo',
  resolveId(source, importer) {
    if (importer === undefined || importer.startsWith(MARK) || !source.startsWith('.')) return null;
    const path = resolve(dirname(importer), source);
    const name = Object.keys(WORDED).find((one) => join(ROOT, one) === path);
    return name === undefined || !importer.startsWith(join(ROOT, 'desk')) ? null : `${MARK}${name}`;
  },
  load(id) {
    if (!id.startsWith(MARK)) return null;
    const name = id.slice(MARK.length);
    const path = JSON.stringify(join(ROOT, name));
    const made = WORDED[name]!.map((one) => `export const ${one} = pseudo(real.${one});`);
    return [`import * as real from ${path};`, `export * from ${path};`, PSEUDO, ...made].join('\n');
  },
};

/** Built once, in memory. */
export function pseudoSource(): DeskSource {
  let built: ReturnType<DeskSource> | undefined;
  return () => {
    built ??= build();
    return built;
  };
}

async function build(): ReturnType<DeskSource> {
  const bundle = await rolldown({
    cwd: ROOT,
    input: { desk: 'desk/main.tsx' },
    platform: 'browser',
    transform: { jsx: { runtime: 'automatic' }, define: { 'process.env.NODE_ENV': '"production"' } },
    plugins: [words],
    onLog: () => {},
  });
  const { output } = await bundle.generate({ format: 'esm', entryFileNames: 'desk.js', codeSplitting: false });
  await bundle.close();
  const style = readFileSync(join(ROOT, 'desk/desk.css'));
  const brotli = (plain: Buffer) => brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
  const file = (type: string, plain: Buffer) => ({ type, plain, gzip: gzipSync(plain), brotli: brotli(plain) });
  const script = Buffer.from(output[0].code);
  const files = new Map([
    ['desk.js', file('text/javascript; charset=utf-8', script)],
    ['desk.css', file('text/css; charset=utf-8', style)],
  ]);
  return { files, script: 'desk.js', style: 'desk.css', version: 'pseudo' };
}

/** Names that no language translates. */
const NAMES = [...['Hesabu', 'MFS Africa', 'UTC', 'sha256', 'English', '简体中文']];
/** What stands for a choice in the answers of the service: the page has a word for each. */
const CHOICE = /^([a-z]+(_[a-z]+)*|[A-Z]+(_[A-Z]+)+)$/;
const SENTENCE_LENGTH = 20;

/** The texts of an answer, at every depth. */
export function textsOf(answer: unknown): string[] {
  if (typeof answer === 'string') return [answer];
  if (typeof answer !== 'object' || answer === null) return [];
  return Object.values(answer).flatMap(textsOf);
}

/** What of texts that a reader meets is neither of the tables of words nor the data's own. */
export function unworded(said: readonly string[], data: readonly string[]): string[] {
  const own = [...new Set([...NAMES, ...data.filter((text) => text.length > 1 && !CHOICE.test(text))])];
  own.sort((left, right) => right.length - left.length);
  const left = said.filter((text) => {
    if (text.length >= SENTENCE_LENGTH && own.some((one) => one.includes(text))) return false;
    const rest = own.reduce((some, one) => some.replaceAll(one, ' '), text);
    return /[A-Za-z]{2}|\p{Script=Han}/u.test(rest.replaceAll(/\b[0-9a-f]{4}\b/g, ' '));
  });
  return [...new Set(left)];
}
