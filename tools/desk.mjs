// Builds the page for people into desk/dist/: a script, what it loads when that is needed, a style sheet, and what they
// were made from. `npm ci` runs this, and the service does where the page is missing or older than its sources.
// usage: desk.mjs
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fingerprintOf, STAMP } from '../bin/bundle.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, 'desk', 'dist');
const STYLE = 'desk/desk.css';
const ALSO = [STYLE, 'package-lock.json', 'tools/desk.mjs'];

async function build() {
  const { rolldown } = await import('rolldown');
  const begun = Date.now();
  const built = await rolldown({
    cwd: ROOT,
    input: { desk: 'desk/main.tsx' },
    platform: 'browser',
    transform: { jsx: { runtime: 'automatic' }, define: { 'process.env.NODE_ENV': '"production"' } },
    onLog: (level, log, report) => {
      // Packages say where a server may render them; here none does.
      if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
    },
  });
  const unfinished = `${FOLDER}.${process.pid}.tmp`;
  rmSync(unfinished, { recursive: true, force: true });
  const { output } = await built.write({
    dir: unfinished,
    format: 'esm',
    minify: true,
    entryFileNames: '[name]-[hash].js',
    chunkFileNames: '[name]-[hash].js',
  });
  await built.close();
  const style = readFileSync(join(ROOT, STYLE), 'utf8')
    .replaceAll(/\/\*.*?\*\//gs, '')
    .replaceAll(/\n\s*/g, '\n');
  const styleName = `desk-${createHash('sha256').update(style).digest('hex').slice(0, 8)}.css`;
  writeFileSync(join(unfinished, styleName), style);
  const script = output.find(({ isEntry }) => isEntry === true).fileName;
  writeFileSync(join(unfinished, 'page.json'), JSON.stringify({ script, style: styleName }));
  const modules = output.flatMap(({ moduleIds }) => moduleIds ?? []).map((id) => relative(ROOT, id));
  const sources = [...new Set(modules)].filter((path) => /^(desk|src)[/\\]/.test(path)).sort();
  const files = [...sources.map((path) => path.split(sep).join('/')), ...ALSO];
  const changed = files.find((path) => statSync(join(ROOT, path)).ctimeMs >= begun);
  if (changed !== undefined) throw new Error(`${changed} changed meanwhile`);
  writeFileSync(join(unfinished, STAMP), JSON.stringify(fingerprintOf(ROOT, files)));
  rmSync(FOLDER, { recursive: true, force: true });
  renameSync(unfinished, FOLDER);
}

try {
  // What a build that was cut off left behind.
  for (const name of readdirSync(join(ROOT, 'desk'))) {
    const path = join(ROOT, 'desk', name);
    if (/^dist\.\d+\.tmp$/.test(name) && statSync(path).mtimeMs < Date.now() - 600_000)
      rmSync(path, { recursive: true });
  }
  await build();
} catch (error) {
  // An installation without the packages for development has no bundler: the page comes with it, or not at all.
  process.stderr.write(`No page at /desk/: ${error.message}\n`);
}
