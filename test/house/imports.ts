// The one table of what may import what. Imports point down only, so that the pure folders can be read, tested and
// replayed without knowing anything of files, clocks or networks.
import { importsOf, resolve, type Source } from './source.ts';

interface Allowance {
  /** Folders of src/ that this one may import, besides itself. */
  readonly folders: readonly string[];
  /** Packages and node: modules; null where any node: module and any dependency of package.json will do. */
  readonly packages: readonly string[] | null;
}

const PURE = ['matching', 'ledger', 'domain'];

export const ALLOWED: Readonly<Record<string, Allowance>> = {
  domain: { folders: [], packages: ['currency-codes', 'luxon'] },
  matching: { folders: ['domain'], packages: ['zod', 'luxon', 'node:crypto'] },
  ledger: { folders: ['domain'], packages: ['node:crypto'] },
  log: { folders: ['domain'], packages: null },
  producers: { folders: ['log', 'domain'], packages: null },
  projections: { folders: ['log', ...PURE], packages: null },
  http: { folders: ['producers', 'projections', 'log', ...PURE], packages: null },
  cli: { folders: ['http', 'producers', 'projections', 'log', ...PURE], packages: null },
};

/** What a file of src/ imports against the table, as `path:line: what`. `dependencies` are package.json's own. */
export function importFaults(source: Source, dependencies: readonly string[]): string[] {
  const folder = folderOf(source.path);
  const allowance = ALLOWED[folder];
  if (allowance === undefined) return [`${source.path}:1: the folder ${folder} is not in the table`];
  return importsOf(source).flatMap(({ specifier, line }) => {
    const fault = specifierFault(source, folder, allowance, dependencies, specifier);
    return fault === null ? [] : [`${source.path}:${line}: ${fault}`];
  });
}

function specifierFault(
  source: Source,
  folder: string,
  allowance: Allowance,
  dependencies: readonly string[],
  specifier: string | null,
): string | null {
  if (specifier === null) return 'imports what is only known at run time';
  const path = resolve(source, specifier);
  if (path === null) {
    const name = packageOf(specifier);
    const fits = allowance.packages?.includes(name) ?? (name.startsWith('node:') || dependencies.includes(name));
    return fits ? null : `${folder} may not import ${name}`;
  }
  if (!path.startsWith('src/')) return `src may not import ${path}`;
  const target = folderOf(path);
  return target === folder || allowance.folders.includes(target) ? null : `${folder} may not import ${target}`;
}

/** The folder below src/ that a path is in; its own name where it lies in src/ itself. */
function folderOf(path: string): string {
  return path.split('/')[1] ?? path;
}

/** `luxon` of `luxon/src/x.js`, `@a/b` of `@a/b/c`, and a node: module with its prefix and all. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
