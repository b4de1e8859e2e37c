// Bundles the program into dist/, so that a start loads some files instead of some hundred: `npm ci` runs this. What runs
// is decided by bin/bundle.js. Without a bundle, or with an outdated one, the sources run as they are.
// usage: bundle.mjs [FOLDER]
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fingerprintOf, STAMP } from '../bin/bundle.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The program, and what runs in threads of its own. */
const ENTRIES = {
  main: 'src/cli/main.ts',
  'executor-thread': 'src/engine/executors/executor-thread.ts',
  'committer-thread': 'src/log/committer-thread.ts',
  'verification-thread': 'src/engine/verification/thread.ts',
};
/** Files that are not modules, but decide what the modules are. */
const ALSO = ['package.json', 'package-lock.json', 'node_modules/.package-lock.json', 'tools/bundle.mjs'];
/**
 * The packages that commands about files load. All others stay in node_modules: some have native parts or files of
 * their own, and what a service needs it loads once.
 */
const BUNDLED = [
  'chardet',
  'cli-progress',
  'cli-table3',
  'commander',
  'currency-codes',
  'fastest-levenshtein',
  'iconv-lite',
  'ipaddr.js',
  'luxon',
  'papaparse',
  're2js',
  'saxes',
  'yaml',
  'yauzl',
  'yazl',
  'zod',
];

const PACKAGE_NAME = /^(?:@[^/]+\/)?[^/]+/;
const ADDRESS = /new URL\((['`])((?:\.{1,2}\/)+)([^'`]*)\1, import\.meta\.url\)/g;

/** Makes the bundle in `folder`, which must be in this directory or below. */
async function bundle(folder) {
  const { rolldown } = await import('rolldown');
  const begun = Date.now();
  const built = await rolldown({
    cwd: ROOT,
    input: ENTRIES,
    platform: 'node',
    external: isExternal,
    plugins: [{ name: 'addresses', transform: (code, id) => addressesIn(code, id, folder) }],
  });
  const unfinished = `${folder}.tmp`;
  rmSync(unfinished, { recursive: true, force: true });
  const { output } = await built.write({
    dir: unfinished,
    format: 'esm',
    minify: false,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  });
  await built.close();
  const modules = output.flatMap(({ moduleIds }) => moduleIds ?? []).map((id) => relative(ROOT, id));
  const sources = [...new Set(modules)].filter((path) => path.startsWith(`src${sep}`)).sort();
  const files = [...sources, ...ALSO];
  const changed = files.find((path) => statSync(join(ROOT, path)).ctimeMs >= begun);
  if (changed !== undefined) throw new Error(`${changed} changed meanwhile`);
  writeFileSync(join(unfinished, STAMP), JSON.stringify(fingerprintOf(ROOT, files)));
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
}

function isExternal(id, importer) {
  // What a package imports stays with the package.
  if (id.startsWith('.') || id.startsWith('/') || importer?.includes('node_modules')) return false;
  return !BUNDLED.includes(PACKAGE_NAME.exec(id)?.[0]);
}

/** A chunk lies elsewhere than its sources: the addresses of other files are made anew. */
function addressesIn(code, id, folder) {
  if (!code.includes('import.meta.url') || id.includes('node_modules')) return null;
  const made = code.replace(ADDRESS, (_, quote, up, rest) => {
    const thread = Object.entries(ENTRIES).find(([, path]) => resolve(ROOT, path) === resolve(dirname(id), up, rest));
    if (thread !== undefined) return `new URL('./${thread[0]}.js', import.meta.url)`;
    if (rest.endsWith('.ts')) throw new Error(`${rest} is none of the entries`);
    const place = relative(folder, resolve(dirname(id), up))
      .split(sep)
      .join('/');
    return `new URL(${quote}${place}/${rest}${quote}, import.meta.url)`;
  });
  return { code: made, map: null };
}

const folder = resolve(process.argv[2] ?? join(ROOT, 'dist'));
try {
  mkdirSync(dirname(folder), { recursive: true });
  await bundle(folder);
} catch (error) {
  // An installation without the packages for development has no bundler, and all commands work without a bundle.
  process.stderr.write(`No ${basename(folder)}/: ${error.message}. The sources run as they are, a little slower.\n`);
}
