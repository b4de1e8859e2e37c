// Finds lines for a shell that are built at run time, and paths that are made or read as if they were lines or
// addresses: each goes wrong where a path has a blank, a quote or a letter beyond ASCII.
import { finding, importsOf, isNode, literalOf, nameOf, type Source, type SyntaxNode, walk } from './source.ts';

const SHELL = /(^|\/)(ba|da|k|z)?sh$/;
const STARTS = new Set(['spawn', 'spawnSync', 'execFile', 'execFileSync', 'fork']);

/** As `path:line: what`. */
export function shellFaults(source: Source): string[] {
  const startsPrograms = importsOf(source).some(({ specifier }) => /^(node:)?child_process$/.test(specifier ?? ''));
  const values = constants(source);
  const found: string[] = [];
  walk(source.tree, (node) => {
    const what = addressFault(node, values) ?? (startsPrograms ? lineFault(node, values) : undefined);
    if (what !== undefined) found.push(finding(source, node, what));
  });
  return found;
}

type Constants = ReadonlyMap<string, SyntaxNode>;

/** What each `const` of a file is, by its name; the first where several have one name. */
function constants({ tree }: Source): Constants {
  const values = new Map<string, SyntaxNode>();
  walk(tree, (node) => {
    const name = node.type === 'VariableDeclarator' ? nameOf(node.id) : '';
    if (name !== '' && isNode(node.init) && !values.has(name)) values.set(name, node.init);
  });
  return values;
}

function lineFault(node: SyntaxNode, values: Constants): string | undefined {
  if (node.type === 'ImportDeclaration' && /child_process$/.test(literalOf(node.source) ?? '')) {
    const all = (node.specifiers as SyntaxNode[]).map(({ type, imported }) => {
      return type === 'ImportSpecifier' ? nameOf(imported) : '*';
    });
    if (all.some((name) => name === 'exec' || name === 'execSync' || name === '*')) {
      return 'a program is started with its arguments apart: no exec, and functions imported by name';
    }
  }
  if (node.type === 'Property' && nameOf(node.key) === 'shell' && !(isNode(node.value) && node.value.value === false)) {
    return 'a program is started without a shell';
  }
  if (node.type !== 'CallExpression' || !STARTS.has(nameOf(node.callee))) return undefined;
  const words = wordsOf(node);
  const line = words.find((_, at) => literalOf(words[at - 1]) === '-c' && SHELL.test(literalOf(words[at - 2]) ?? ''));
  if (line !== undefined && !isFixed(line, values)) return 'what a shell reads is written down, not built';
  return words.some(isSplit) ? 'arguments are given apart, not split from a line' : undefined;
}

/** The program and its arguments, as far as they stand in the call. */
function wordsOf({ arguments: given }: SyntaxNode): SyntaxNode[] {
  const [program, list] = given as (SyntaxNode | undefined)[];
  const elements = list?.type === 'ArrayExpression' ? (list.elements as SyntaxNode[]) : [list];
  return [program, ...elements]
    .filter(isNode)
    .map((word) => (word.type === 'SpreadElement' ? word.argument : word)) as SyntaxNode[];
}

function isFixed(node: SyntaxNode, values: Constants): boolean {
  if (node.type === 'TemplateLiteral') return (node.expressions as unknown[]).length === 0;
  const value = node.type === 'Identifier' ? values.get(nameOf(node)) : undefined;
  return value === undefined ? literalOf(node) !== null : isFixed(value, values);
}

function isSplit(node: SyntaxNode): boolean {
  return node.type === 'CallExpression' && nameOf(node.callee) === 'split';
}

/** A path is encoded in an address. */
function addressFault(node: SyntaxNode, values: Constants): string | undefined {
  if (node.type === 'MemberExpression' && nameOf(node) === 'pathname' && isNode(node.object)) {
    const address = values.get(nameOf(node.object)) ?? node.object;
    if (isOfThisFile(address)) return 'a path comes from an address by fileURLToPath';
  }
  const [first] = node.type === 'TemplateLiteral' && !isFixed(node, values) ? (node.quasis as SyntaxNode[]) : [];
  const text = first === undefined ? literalOf(node) : (first.value as { readonly cooked: string }).cooked;
  return /^file:\/\/\/?$/.test(text ?? '') ? 'an address comes from a path by pathToFileURL' : undefined;
}

/** `new URL(..., import.meta.url)`. */
function isOfThisFile(node: SyntaxNode): boolean {
  if (node.type !== 'NewExpression' || nameOf(node.callee) !== 'URL') return false;
  return (node.arguments as SyntaxNode[]).some(({ type, object }) => {
    return type === 'MemberExpression' && isNode(object) && object.type === 'MetaProperty';
  });
}

/** Expansions that a shell splits at blanks, in a script. */
export function scriptFaults(path: string, text: string): string[] {
  return text.split('\n').flatMap((line, at) => {
    const bare = line.replace(/^\s*#.*|\s#.*/, '').replaceAll(/'[^']*'|"(\\.|\$\([^()]*\)|[^"\\])*"/g, '');
    return bare.includes('$') ? [`${path}:${at + 1}: an expansion without quotes`] : [];
  });
}
