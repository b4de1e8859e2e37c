// Limits of size and shape that keep the code readable, and patterns that must not occur.
import { finding, importsOf, isNode, lineAt, nameOf, resolve, type Source, type SyntaxNode, walk } from './source.ts';

export const LINE_COLUMNS_MAX = 120;
export const FUNCTION_LINES_MAX = 70;
export const FILE_LINES_MAX = 300;
export const PUBLIC_MEMBERS_MAX = 12;

/** Lines, functions and the file itself that are longer than the house allows. */
export function lengthFaults(source: Source): string[] {
  const lines = source.text.replace(/\n$/, '').split('\n');
  const found = lines.flatMap((line, at) =>
    [...line].length > LINE_COLUMNS_MAX ? [`${source.path}:${at + 1}: a line of ${[...line].length} columns`] : [],
  );
  if (lines.length > FILE_LINES_MAX) found.push(`${source.path}:${lines.length}: a file of ${lines.length} lines`);
  walk(source.tree, (node) => {
    if (!isNode(node.body) || node.body.type !== 'BlockStatement' || !Array.isArray(node.params)) return;
    const count = lineAt(source.text, node.end) - lineAt(source.text, node.start) + 1;
    if (count > FUNCTION_LINES_MAX && !isChapter(source, node.body)) {
      found.push(finding(source, node, `a function of ${count} lines`));
    }
  });
  return found;
}

/** The callback of `describe` or of a contract suite only groups tests: it is a chapter, not a function. */
function isChapter(source: Source, body: SyntaxNode): boolean {
  const statements = Array.isArray(body.body) ? body.body.filter(isNode) : [];
  return statements.some(({ start, end }) => /^(describe|test|it)\b/.test(source.text.slice(start, end)));
}

/** How many public members each class of a file has, by `path: class`; its constructor does not count. */
export function publicMembers(source: Source): Map<string, number> {
  const counts = new Map<string, number>();
  walk(source.tree, (node, [parent]) => {
    if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') return;
    const body = isNode(node.body) && Array.isArray(node.body.body) ? node.body.body.filter(isNode) : [];
    // A getter and its setter are one member; so are the overloads of a method.
    const names = new Set(body.filter(isPublicMember).map((member) => memberName(source, member)));
    const name = nameOf(node.id) || nameOf(parent?.id) || 'an unnamed class';
    counts.set(`${source.path}: ${name}`, names.size);
  });
  return counts;
}

function isPublicMember(member: SyntaxNode): boolean {
  if (member.type === 'StaticBlock' || member.type === 'TSIndexSignature' || member.kind === 'constructor')
    return false;
  if (member.accessibility === 'private' || member.accessibility === 'protected') return false;
  return !(isNode(member.key) && member.key.type === 'PrivateIdentifier');
}

function memberName(source: Source, { key, static: isStatic }: SyntaxNode): string {
  return `${isStatic === true ? 'static ' : ''}${isNode(key) ? source.text.slice(key.start, key.end) : ''}`;
}

/** Classes with more public members than the house allows: they do several things, and are split by role. */
export function memberFaults(counts: ReadonlyMap<string, number>, known: Readonly<Record<string, number>>): string[] {
  const found: string[] = [];
  for (const [name, count] of counts) {
    const allowed = known[name] ?? PUBLIC_MEMBERS_MAX;
    if (count > allowed) found.push(`${name} has ${count} public members, ${allowed} are allowed`);
  }
  // The list of known ones only shrinks: a class that got smaller may not grow again.
  for (const [name, listed] of Object.entries(known)) {
    const count = counts.get(name) ?? 0;
    if (count < listed) found.push(`${name} is listed with ${listed} public members, but has ${count}: lower the list`);
  }
  return found;
}

/** A file that does not open with a comment saying what it is for. */
export function openingFaults(source: Source): string[] {
  const first = source.text.replace(/^#!.*\n/, '').trimStart();
  return /^(\/\/ \S|\/\*\*?\s+\S)/.test(first) ? [] : [`${source.path}:1: does not open with a comment`];
}

// These words are split here and below, because this file is checked too.
const UNFINISHED = new RegExp(`\\b(TO${'DO'}|FIX${'ME'}|XX${'X'}|HA${'CK'})\\b|@ts-(ig${'nore'}|no${'check'})`);

/** Unfinished work, disabled or exclusive tests, and exports without names. */
export function smells(source: Source): string[] {
  const found = source.text
    .split('\n')
    .flatMap((line, at) => (UNFINISHED.test(line) ? [`${source.path}:${at + 1}: unfinished work`] : []));
  walk(source.tree, (node) => {
    if (node.type === 'ExportAllDeclaration') found.push(finding(source, node, 'exports are listed by name'));
    if (node.type !== 'MemberExpression' || !/^(test|it|describe|suite)\b/.test(source.text.slice(node.start))) return;
    // `skipIf` and `runIf` state a condition; these leave a test out in any case.
    if (/^(only|skip|todo|fails)$/.test(nameOf(node)))
      found.push(finding(source, node, `a test with .${nameOf(node)}`));
  });
  return found;
}

const MONEY = /amount|gross|\bfees?\b|\bnet\b|minor|money|price|paid|balance/i;

/** Money that becomes a float, in which cents can be lost. */
export function floatFaults(source: Source): string[] {
  const found: string[] = [];
  walk(source.tree, (node) => {
    const name = nameOf(node.callee);
    if (node.type === 'CallExpression' && /^(parseFloat|toFixed|toPrecision|toExponential)$/.test(name)) {
      found.push(finding(source, node, `${name} is for floats`));
    }
    const argument = numberOf(node);
    if (argument === null) return;
    walk(argument, (inner, parents) => {
      // The result of a function has the function's name; `Number(isPaid(row))` is a truth value.
      const isAsked = parents.some((parent) => parent.type === 'CallExpression');
      const isName = inner.type === 'Identifier' && !isAsked;
      if (isName && MONEY.test(nameOf(inner))) found.push(finding(source, inner, `${nameOf(inner)} becomes a float`));
    });
  });
  return found;
}

/** The operand that a node converts to a number: the x of `Number(x)`, `parseInt(x)` and `+x`. */
function numberOf(node: SyntaxNode): SyntaxNode | null {
  if (node.type === 'UnaryExpression' && node.operator === '+' && isNode(node.argument)) return node.argument;
  if (node.type !== 'CallExpression' || !/^(Number|parseInt)$/.test(nameOf(node.callee))) return null;
  const first = Array.isArray(node.arguments) ? node.arguments[0] : null;
  return isNode(first) ? first : null;
}

/** The files that cannot be reached from `roots` by imports of any kind or by workers. */
export function deadFiles(sources: readonly Source[], roots: readonly string[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const queue = [...roots];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const source = byPath.get(path);
    if (source === undefined || reached.has(path)) continue;
    reached.add(path);
    for (const { specifier } of importsOf(source)) queue.push(resolve(source, specifier ?? '') ?? '');
  }
  return sources.map((source) => source.path).filter((path) => !reached.has(path));
}

/** Values that `sources` export and no reader imports, as `path: name`. Types do not count. */
export function deadExports(sources: readonly Source[], readers: readonly Source[]): string[] {
  const used = new Set<string>();
  for (const reader of readers) {
    walk(reader.tree, (node, parents) => {
      for (const name of importedNames(node)) {
        const path = resolve(reader, originText(parents.find((parent) => isNode(parent.source)) ?? node));
        used.add(`${path}: ${name}`);
      }
    });
  }
  return sources.flatMap(exportedNames).filter((name) => !used.has(name) && !used.has(name.replace(/: .*/, ': *')));
}

/** Exported values that only tests read: no reader imports them, and their own file does not use them either. */
export function testExports(sources: readonly Source[], readers: readonly Source[]): string[] {
  const unread = new Set(deadExports(sources, readers));
  return sources.flatMap((source) => {
    return exportedNames(source).filter((name) => unread.has(name) && mentions(source, name.replace(/.*: /, '')) < 2);
  });
}

/** How often a file names something, its declaration included. */
function mentions(source: Source, name: string): number {
  let count = 0;
  walk(source.tree, (node) => {
    if (node.type === 'Identifier' && node.name === name) count++;
  });
  return count;
}

/** The names that a node imports from other files; `*` for all. */
function importedNames(node: SyntaxNode): string[] {
  if (node.type === 'ImportSpecifier') return [nameOf(node.imported)];
  if (node.type === 'ImportNamespaceSpecifier' || node.type === 'ImportExpression') return ['*'];
  if (node.type === 'TSImportType') return [nameOf(node.qualifier) || '*'];
  return node.type === 'ExportSpecifier' ? [nameOf(node.local)] : [];
}

function originText(node: SyntaxNode): string {
  const origin = node.source;
  return isNode(origin) ? String(origin.value) : '';
}

function exportedNames(source: Source): string[] {
  const names: string[] = [];
  walk(source.tree, (node) => {
    if (node.type !== 'ExportNamedDeclaration' || node.exportKind === 'type') return;
    const declaration = node.declaration;
    const declarators = isNode(declaration) ? [declaration, declaration.declarations].flat() : [];
    const listed = Array.isArray(node.specifiers) ? node.specifiers : [];
    for (const one of [...declarators, ...listed]) {
      const name = isNode(one) ? nameOf(one.id ?? one.exported) : '';
      if (name !== '') names.push(`${source.path}: ${name}`);
    }
  });
  return names;
}

const MACHINE_PATH = new RegExp(`(^|[\\s'"\`(=:])/(ho${'me'}/\\w+|ro${'ot'}|Us${'ers'}/\\w+|wo${'rk'})(/|\\b)`);
const REGISTRY_HOST = new RegExp(`\\bregi${'stry'}\\.[\\w-]+\\.\\w+`, 'i');

/** Paths and hosts of the machine on which a file was written, in any text file. */
export function machineTraces(path: string, text: string): string[] {
  return text.split('\n').flatMap((line, at) => {
    if (MACHINE_PATH.test(line)) return [`${path}:${at + 1}: a path of one machine`];
    return REGISTRY_HOST.test(line) ? [`${path}:${at + 1}: a registry host`] : [];
  });
}
