// Reads the repository's own source for the house rules: its files, their syntax trees and their imports. Vitest's own
// parser makes the trees, so that no rule has to guess where a string or a comment ends.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vitest/node';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A node of the ESTree syntax tree with its offsets in the text; the other fields depend on `type`. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** A source file: `path` starts at the repository's root and has forward slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: SyntaxNode;
}

/** An import of a value or a type, or the start of a worker; `specifier` is null if it is computed at run time. */
export interface Import {
  readonly specifier: string | null;
  readonly line: number;
}

/** Directories that git ignores: they are not part of the project. */
const IGNORED = new Set([
  '.git',
  ...readFileSync(join(ROOT, '.gitignore'), 'utf8')
    .split('\n')
    .map((line) => line.replace(/\/$/, '')),
]);

/** Paths from the root of all files of the project below `folder`, in byte order. */
export function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (IGNORED.has(entry.name) || IGNORED.has(path)) return [];
      if (entry.isDirectory()) return filesBelow(path);
      return entry.isFile() ? [path] : [];
    })
    .sort();
}

/** The text of a file of the project. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The TypeScript and JavaScript files below the folders, parsed; a missing folder has none. */
export function sourcesBelow(...folders: string[]): Source[] {
  const present = new Set(readdirSync(ROOT));
  return folders
    .filter((folder) => present.has(folder.split('/')[0] ?? folder))
    .flatMap(filesBelow)
    .filter((path) => /\.[tj]sx?$/.test(path) && !path.includes('/fixtures/'))
    .map((path) => sourceOf(path, textOf(path)));
}

/** Parses one text as a source file; throws if it is not TypeScript. */
export function sourceOf(path: string, text: string): Source {
  return { path, text, tree: parseAst(text, { lang: path.endsWith('x') ? 'tsx' : 'ts' }) as unknown as SyntaxNode };
}

/** Visits a node and all nodes below it, each with its parents from the nearest outwards. */
export function walk(
  node: SyntaxNode,
  visit: (node: SyntaxNode, parents: readonly SyntaxNode[]) => void,
  parents: readonly SyntaxNode[] = [],
): void {
  visit(node, parents);
  const inner = [node, ...parents];
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) walk(child, visit, inner);
    }
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The name of an identifier, or the last name of a chain such as `process.env`; '' for anything else. */
export function nameOf(value: unknown): string {
  if (!isNode(value)) return '';
  if (value.type === 'Identifier') return String(value.name);
  if (value.type !== 'MemberExpression') return '';
  const property = value.property;
  return value.computed === true ? (literalOf(property) ?? '') : nameOf(property);
}

/** The text of a string literal, or null. */
export function literalOf(value: unknown): string | null {
  if (!isNode(value) || value.type !== 'Literal') return null;
  return typeof value.value === 'string' ? value.value : null;
}

/** The line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** One finding as text: `path:line: what`. */
export function finding(source: Source, node: SyntaxNode, what: string): string {
  return `${source.path}:${lineAt(source.text, node.start)}: ${what}`;
}

/** A comment's text without its marks, and the line that it begins on. */
export interface Comment {
  readonly text: string;
  readonly line: number;
}

/** The comments of a file. Text in a string, a template or a regular expression is never a comment. */
export function commentsOf(source: Source): Comment[] {
  const literals: [number, number][] = [];
  walk(source.tree, (node) => {
    if (node.type === 'Literal' || node.type === 'TemplateElement') literals.push([node.start, node.end]);
  });
  literals.sort(([left], [right]) => left - right);
  const found: Comment[] = [];
  let next = 0;
  const mark = /\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  for (let match = mark.exec(source.text); match !== null; match = mark.exec(source.text)) {
    const { index } = match;
    while (next < literals.length && literals[next]![1] <= index) next++;
    const [from, to] = literals[next] ?? [Number.POSITIVE_INFINITY, 0];
    if (index >= from) mark.lastIndex = to;
    else found.push({ text: match[0], line: lineAt(source.text, index) });
  }
  return found;
}

const IMPORTING = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

/** Several rules ask for those of the same files. */
const imports = new WeakMap<Source, readonly Import[]>();

/** All imports of a file, of every kind: import, export from, import(), import types, require and worker URLs. */
export function importsOf(source: Source): readonly Import[] {
  const known = imports.get(source);
  if (known !== undefined) return known;
  const found: Import[] = [];
  imports.set(source, found);
  walk(source.tree, (node) => {
    const origin = originOf(node);
    if (origin === undefined) return;
    found.push({ specifier: literalOf(origin), line: lineAt(source.text, node.start) });
  });
  return found;
}

/** The node with the source of an import; undefined if the node imports nothing. */
export function originOf(node: SyntaxNode): unknown {
  if (IMPORTING.has(node.type)) return node.source ?? undefined;
  if (node.type === 'TSExternalModuleReference') return node.expression;
  const first = Array.isArray(node.arguments) ? node.arguments[0] : undefined;
  if (node.type === 'CallExpression' && isRequire(node.callee)) return first;
  // A worker or a child process is started with `new URL('./worker.ts', import.meta.url)`.
  if (node.type === 'NewExpression' && nameOf(node.callee) === 'URL') {
    return /^\.{1,2}\/.*\.[tj]s$/.test(literalOf(first) ?? '') ? first : undefined;
  }
  return undefined;
}

/** `require`, or `createRequire(...)` that is called at once. */
function isRequire(callee: unknown): boolean {
  if (!isNode(callee)) return false;
  return (
    nameOf(callee) === 'require' || (callee.type === 'CallExpression' && nameOf(callee.callee) === 'createRequire')
  );
}

/** What a text literal or a piece of a template says; '' for any other node. */
export function textIn({ type, value }: SyntaxNode): string {
  if (type === 'Literal' && typeof value === 'string') return value;
  return type === 'TemplateElement' ? String((value as { readonly raw: string }).raw) : '';
}

/** The project's file of a relative specifier; null for packages and node: modules. */
export function resolve(source: Source, specifier: string): string | null {
  return specifier.startsWith('.') ? posix.join(posix.dirname(source.path), specifier) : null;
}
