// What a pure file must not do: read a clock, use randomness, wait, do I/O, or depend on the machine (time zone,
// locale). A replay must give the same bytes on any machine in any year.
import { finding, isNode, literalOf, nameOf, originOf, type Source, type SyntaxNode, walk } from './source.ts';

export const PURE_FOLDERS = ['src/domain', 'src/matching', 'src/ledger'];

/** Names of the runtime that a pure file must not mention, unless it declares them itself. */
const GLOBALS: Readonly<Record<string, string>> = {
  performance: 'a clock',
  Temporal: 'a clock',
  setTimeout: 'a clock',
  setInterval: 'a clock',
  setImmediate: 'a clock',
  queueMicrotask: 'waiting',
  Promise: 'waiting',
  crypto: 'randomness',
  process: 'I/O',
  console: 'I/O',
  fetch: 'I/O',
  WebSocket: 'I/O',
  Worker: 'I/O',
  Atomics: 'I/O',
  SharedArrayBuffer: 'I/O',
  globalThis: 'I/O',
  require: 'I/O',
  WeakRef: "the garbage collector's timing",
  FinalizationRegistry: "the garbage collector's timing",
  eval: 'code made at run time',
  Function: 'code made at run time',
};

/** Names of methods and imported functions that are never pure, whatever object they belong to. */
const CALLS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^now$/, 'a clock'],
  [/^(random\w*|getRandomValues|generateKey\w*|generatePrime\w*)$/, 'randomness'],
  [/^(localeCompare|toLocale\w+)$/, 'the locale'],
  [/^(get|set)(FullYear|Year|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|TimezoneOffset)$/, 'the local zone'],
];

/** Everything that makes a file impure, as `path:line: what`. */
export function impurities(source: Source): string[] {
  const declared = declaredNames(source.tree);
  const found = new Set<string>();
  walk(source.tree, (node, parents) => {
    const what = impurityOf(node, parents[0], declared);
    if (what !== null) found.add(finding(source, node, what));
  });
  return [...found];
}

function impurityOf(node: SyntaxNode, parent: SyntaxNode | undefined, declared: ReadonlySet<string>): string | null {
  if (node.await === true || node.type === 'AwaitExpression') return 'await is waiting';
  if (node.async === true) return 'async is waiting';
  switch (node.type) {
    case 'Identifier':
      return globalFault(node, parent, declared);
    case 'MemberExpression':
      return callFault(nameOf(node));
    case 'ImportSpecifier':
      return callFault(nameOf(node.imported));
    case 'Property':
      // `const { now } = Date` gives the clock another name.
      return parent?.type === 'ObjectPattern' ? callFault(nameOf(node.key)) : null;
    case 'CallExpression':
    case 'NewExpression':
      return dateFault(node);
    case 'ImportExpression':
      return 'import() is I/O';
    default:
      return moduleFault(literalOf(originOf(node)) ?? '');
  }
}

/** A name of the runtime counts only where it is used; as a property or a key it means something different. */
function globalFault(node: SyntaxNode, parent: SyntaxNode | undefined, declared: ReadonlySet<string>): string | null {
  const name = nameOf(node);
  if (declared.has(name) || !Object.hasOwn(GLOBALS, name)) return null;
  const isProperty = parent?.property === node && parent.computed !== true;
  const isKey = parent?.key === node && parent.computed !== true && parent.shorthand !== true;
  return isProperty || isKey ? null : `${name} is ${GLOBALS[name]}`;
}

function callFault(name: string): string | null {
  const call = CALLS.find(([pattern]) => pattern.test(name));
  return call === undefined ? null : `${name} is ${call[1]}`;
}

/** The table of imports decides whether a folder may hash; any other node: module is I/O. */
function moduleFault(specifier: string): string | null {
  return specifier.startsWith('node:') && specifier !== 'node:crypto' ? `${specifier} is I/O` : null;
}

/** A date without arguments is the clock; with several it is in the machine's zone, as luxon's local() is. */
function dateFault(node: SyntaxNode): string | null {
  const callee = node.callee;
  const count = Array.isArray(node.arguments) ? node.arguments.length : 0;
  const name = nameOf(callee);
  if (isNode(callee) && callee.type === 'Identifier' && name === 'Date') {
    if (node.type === 'CallExpression') return 'Date() is a clock';
    if (count === 0) return 'new Date() is a clock';
    return count > 1 ? 'new Date(year, ...) is the local zone' : null;
  }
  if (isNode(callee) && callee.type === 'MemberExpression' && nameOf(callee.object) === 'DateTime') {
    if (name === 'local') return 'DateTime.local is the local zone';
    if (name === 'utc' && count === 0) return 'DateTime.utc() is a clock';
  }
  return null;
}

/** The names that a file imports, declares or has as parameters: they are its own, not the runtime's. */
function declaredNames(tree: SyntaxNode): Set<string> {
  const names = new Set<string>();
  const declare = (pattern: unknown) => {
    if (!isNode(pattern)) return;
    if (pattern.type === 'Identifier') names.add(nameOf(pattern));
    for (const inner of [pattern.left, pattern.argument, pattern.value, pattern.parameter]) declare(inner);
    for (const inner of [pattern.properties, pattern.elements].flat()) declare(inner);
  };
  walk(tree, (node) => {
    if (/^Import.*Specifier$/.test(node.type)) declare(node.local);
    if (node.type === 'VariableDeclarator' || node.type.endsWith('FunctionDeclaration')) declare(node.id);
    if (Array.isArray(node.params)) for (const parameter of node.params) declare(parameter);
  });
  return names;
}
