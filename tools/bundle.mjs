// Bundles the program into dist/, so that a start loads some files instead of some hundred: `npm ci` runs this. What runs
// is decided by bin/bundle.js. Without a bundle, or with an outdated one, the sources run as they are.
// usage: bundle.mjs [FOLDER [PROGRAM...]]: programs of tests lie beside the product's, each by its name.
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fingerprintOf, STAMP, START_STAMP } from '../bin/bundle.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The program, and what runs in threads of its own. */
const ENTRIES = {
  main: 'src/cli/main.ts',
  'executor-thread': 'src/engine/executors/executor-thread.ts',
  'committer-thread': 'src/log/committer-thread.ts',
  'verification-thread': 'src/engine/verification/thread.ts',
};
/**
 * What is loaded together becomes one file, since finding and opening each costs a start more than what it holds. Modules
 * that the same of these load lie together; all others are grouped by the bundler.
 */
const LOADERS = {
  program: 'src/cli/main.ts',
  reconcile: 'src/cli/commands/reconcile.ts',
  thread: 'src/engine/executors/thread-calls.ts',
};
/** What these do when they are loaded is for those who load them, so nothing else shares a file with them. */
const ALONE = new Set([...Object.values(ENTRIES), ...Object.values(LOADERS)].map((path) => join(ROOT, path)));
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

/** Makes the bundle in `folder`, which must be in this directory or below, with these programs too. */
async function bundle(folder, programs) {
  const { rolldown } = await import('rolldown');
  const begun = Date.now();
  const built = await rolldown({
    cwd: ROOT,
    input: { ...ENTRIES, ...Object.fromEntries(programs.map((path) => [basename(path, '.ts'), resolve(path)])) },
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
    codeSplitting: { groups: Object.keys(LOADERS).map((_, index) => groupOf(index + 1)) },
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  });
  await built.close();
  const files = sourcesOf(output);
  const changed = files.find((path) => statSync(join(ROOT, path)).ctimeMs >= begun);
  if (changed !== undefined) throw new Error(`${changed} changed meanwhile`);
  writeFileSync(join(unfinished, STAMP), JSON.stringify(fingerprintOf(ROOT, files)));
  writeFileSync(join(unfinished, START_STAMP), JSON.stringify(fingerprintOf(ROOT, sourcesOf(loadedAtStart(output)))));
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
}

/**
 * The modules that so many of the loaders need before they can run, by which these are. What a module needs goes with it
 * unless an earlier group has it, so those of most loaders come first.
 */
function groupOf(count) {
  const name = (id, modules) => {
    if (ALONE.has(id)) return null;
    const loaders = Object.keys(LOADERS).filter((loader) => neededBy(loader, modules).has(id));
    return loaders.length === count ? loaders.join('-') : null;
  };
  return { name, debugName: `needed by ${count}`, priority: count };
}

const needed = new Map();
function neededBy(name, modules) {
  const found = needed.get(name) ?? new Set([join(ROOT, LOADERS[name])]);
  if (needed.has(name)) return found;
  needed.set(name, found);
  // A set is walked over what is added meanwhile, too.
  for (const id of found) for (const imported of modules.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found;
}

/** What these files of the bundle were made from. */
function sourcesOf(made) {
  const modules = made.flatMap(({ moduleIds }) => moduleIds ?? []).map((id) => relative(ROOT, id));
  return [...[...new Set(modules)].filter((path) => path.startsWith(`src${sep}`)).sort(), ...ALSO];
}

/** The files that are loaded before a command is. */
function loadedAtStart(output) {
  const names = new Set(['main.js']);
  for (const name of names)
    for (const other of output.find(({ fileName }) => fileName === name)?.imports ?? []) names.add(other);
  return output.filter(({ fileName }) => names.has(fileName));
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

const [place = join(ROOT, 'dist'), ...programs] = process.argv.slice(2);
const folder = resolve(place);
try {
  mkdirSync(dirname(folder), { recursive: true });
  await bundle(folder, programs);
} catch (error) {
  // An installation without the packages for development has no bundler, and all commands work without a bundle.
  process.stderr.write(`No ${basename(folder)}/: ${error.message}. The sources run as they are, a little slower.\n`);
}
