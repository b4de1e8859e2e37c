// The one table of allowed imports. Imports point down only, so that the pure folders can be read, tested and replayed
// without any knowledge of files, clocks or networks.
import { importsOf, lineAt, resolve, type Source, textIn, walk } from './source.ts';

interface Allowance {
  /** Rooms, the folders of src/, that this one may import besides itself. */
  readonly rooms: readonly string[];
  /** Single files of other rooms. */
  readonly files?: readonly string[];
  /** Packages and node: modules; null allows every node: module and every dependency of package.json. */
  readonly packages: readonly string[] | null;
}

const LOG = ['log', 'runtime'];
const TASK = ['task', 'matching', 'ledger', ...LOG];
const ENGINE = ['engine', 'projections', 'producers', 'archive', ...TASK];
const APP = ['app', 'kafka', 'providers', 'outbound', ...ENGINE];
const SERVICE = ['service', 'http', ...APP];

/** Every room may import the domain. */
const room = (rooms: readonly string[], packages: readonly string[] | null = null): Allowance => ({
  rooms: ['domain', ...rooms],
  packages,
});

/** In the order in which the rooms build on each other. */
export const ALLOWED: Readonly<Record<string, Allowance>> = {
  domain: { rooms: [], packages: ['currency-codes', 'luxon'] },
  matching: room([], ['zod', 'luxon', 'node:crypto']),
  ledger: room([], ['node:crypto']),
  runtime: room([]),
  log: room(['runtime']),
  task: room(['matching', 'ledger', ...LOG]),
  projections: room(TASK),
  archive: room(LOG),
  producers: room(['archive', ...LOG]),
  outbound: room(['archive', 'projections', ...LOG]),
  providers: room(['producers', 'outbound', 'runtime']),
  engine: { ...room(['projections', 'producers', 'archive', ...TASK]), files: ['src/providers/registry.ts'] },
  kafka: room(TASK),
  app: room(APP.filter((name) => name !== 'app')),
  http: room(['projections', 'producers', 'archive', ...TASK]),
  service: room(SERVICE.filter((name) => name !== 'service')),
  simulation: room(SERVICE),
  cli: room(['simulation', ...SERVICE]),
};

/** The allowed entrances: the one folder that may import a package, and the files of a room that others may import. */
const PACKAGE_DOORS: ReadonlyMap<string, string> = new Map([['kafkajs', 'src/kafka/client/']]);
const ROOM_DOORS: Readonly<Record<string, readonly string[]>> = {
  providers: ['registry', 'default-provider'].map((name) => `src/providers/${name}.ts`),
  service: ['service', 'service-process', 'service-check', 'worker-process', 'forget-in-service', 'trail-reader'].map(
    (name) => `src/service/${name}.ts`,
  ),
};

/** Imports of a file of src/ that the table forbids, as `path:line: what`. `dependencies` are package.json's own. */
export function importFaults(source: Source, dependencies: readonly string[]): string[] {
  const folder = folderOf(source.path);
  const allowance = ALLOWED[folder];
  if (allowance === undefined) return [`${source.path}:1: the folder ${folder} is not in the table`];
  const imported = importsOf(source).map(({ specifier, line }) => {
    return { line, fault: specifierFault(source, folder, allowance, dependencies, specifier) };
  });
  const found = [...imported, ...namedPackages(source)].filter(({ fault }) => fault !== null);
  return [...new Set(found.map(({ line, fault }) => `${source.path}:${line}: ${fault}`))];
}

/** Packages with a door that a text names, however that text comes to be imported. */
function namedPackages(source: Source): { line: number; fault: string | null }[] {
  const found: { line: number; fault: string | null }[] = [];
  walk(source.tree, (node) => {
    found.push({ line: lineAt(source.text, node.start), fault: doorFault(source, packageOf(textIn(node))) });
  });
  return found;
}

/** The page runs in a browser: of the service it knows the words of the domain, and nothing that needs a machine. */
const DESK_PACKAGES = ['react', 'react-dom', 'wouter', '@tanstack/react-query', 'qr'];

/** Imports of a file of desk/ that are neither its own, the domain's, nor of a package for browsers. */
export function deskFaults(source: Source): string[] {
  return importsOf(source).flatMap(({ specifier, line }) => {
    const path = specifier === null ? null : resolve(source, specifier);
    const isFine =
      path === null
        ? specifier !== null && DESK_PACKAGES.includes(packageOf(specifier))
        : path.startsWith('desk/') || path.startsWith('src/domain/');
    return isFine ? [] : [`${source.path}:${line}: desk may not import ${path ?? specifier ?? 'by a name made later'}`];
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
  if (path === null) return packageFault(source, folder, allowance, dependencies, packageOf(specifier));
  if (!path.startsWith('src/')) return `src may not import ${path}`;
  const target = folderOf(path);
  if (target === folder) return null;
  if (!allowance.rooms.includes(target)) {
    return allowance.files?.includes(path) === true ? null : `${folder} may not import ${target}`;
  }
  const doors = ROOM_DOORS[target] ?? [path];
  return doors.includes(path) ? null : `${target} is entered by ${doors.join(', ')} only`;
}

function packageFault(
  source: Source,
  folder: string,
  allowance: Allowance,
  dependencies: readonly string[],
  name: string,
): string | null {
  const fits = allowance.packages?.includes(name) ?? (name.startsWith('node:') || dependencies.includes(name));
  return fits ? doorFault(source, name) : `${folder} may not import ${name}`;
}

function doorFault(source: Source, name: string): string | null {
  const door = PACKAGE_DOORS.get(name);
  return door === undefined || source.path.startsWith(door) ? null : `${name} is imported in ${door} only`;
}

/** The folder below src/ of a path; the file's own name if it is in src/ itself. */
function folderOf(path: string): string {
  return path.split('/')[1] ?? path;
}

/** `luxon` of `luxon/src/x.js`, `@a/b` of `@a/b/c`, and a node: module with its prefix. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * Folders that lead back to themselves through others beside them, as `a, b and c form a circle`. A folder counts with
 * all that is in it, at every depth; the files that are in `a` itself are `a/*`.
 */
export function folderCircles(sources: readonly Source[]): string[] {
  const arrows = new Map<string, Set<string>>();
  for (const source of sources) {
    for (const { specifier } of importsOf(source)) {
      const path = resolve(source, specifier ?? '');
      if (path === null) continue;
      const [from, to] = neighbours(source.path, path);
      arrows.set(from, (arrows.get(from) ?? new Set()).add(to));
    }
  }
  const reached = new Map([...arrows.keys()].map((folder) => [folder, reachedFrom(folder, arrows)]));
  const circleOf = (folder: string) => {
    return [...reached.keys()].filter((other) => reached.get(folder)?.has(other) && reached.get(other)?.has(folder));
  };
  const found = [...reached.keys()].map((folder) => circleOf(folder).sort()).filter(({ length }) => length > 1);
  return [...new Set(found.map((circle) => `${circle.slice(0, -1).join(', ')} and ${circle.at(-1)} form a circle`))];
}

/** The two parts of the innermost folder of both paths that have one path each. */
function neighbours(...paths: [string, string]): [string, string] {
  const [left, right] = paths.map((path) => path.split('/').slice(0, -1)) as [string[], string[]];
  const fork = left.findIndex((name, at) => name !== right[at]);
  const depth = fork < 0 ? left.length : fork;
  const part = (folders: string[]) => [...folders.slice(0, depth), folders[depth] ?? '*'].join('/');
  return [part(left), part(right)];
}

/** Everything that arrows lead to from a place, and the place itself. */
function reachedFrom(place: string, arrows: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const reached = new Set([place]);
  for (const at of reached) for (const next of arrows.get(at) ?? []) reached.add(next);
  return reached;
}

/** Circles of files, each as the paths in it; imports of types and workers count too. */
export function circles(sources: readonly Source[]): string[] {
  const known = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push([...trail.slice(at), path].join(' -> '));
    if (at >= 0 || done.has(path)) return;
    const source = known.get(path);
    if (source === undefined) return;
    for (const { specifier } of importsOf(source)) visit(resolve(source, specifier ?? '') ?? '', [...trail, path]);
    done.add(path);
  };
  for (const path of known.keys()) visit(path, []);
  return found;
}
