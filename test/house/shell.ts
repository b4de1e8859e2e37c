// Finds lines for a shell that are built at run time, and paths that are made or read as if they were lines or
// addresses: each goes wrong where a path has a blank, a quote or a letter beyond ASCII.
import {
  finding,
  importsOf,
  isNode,
  literalOf,
  nameOf,
  originOf,
  type Source,
  type SyntaxNode,
  walk,
} from './source.ts';

const SHELL = /(^|\/)(ba|da|k|z)?sh$/;
/** After it, a shell reads a line: `-c`, alone or behind other letters. */
const LINE_FLAG = /^-\w*c$/;
const PROGRAMS = /^(node:)?child_process$/;
const STARTS = new Set(['spawn', 'spawnSync', 'execFile', 'execFileSync', 'fork']);

/** As `path:line: what`. */
export function shellFaults(source: Source): string[] {
  const startsPrograms = importsOf(source).some(({ specifier }) => PROGRAMS.test(specifier ?? ''));
  const values = constants(source);
  const found: string[] = [];
  walk(source.tree, (node) => {
    const what = addressFault(node, values) ?? (startsPrograms ? lineFault(node, values) : undefined);
    if (what !== undefined) found.push(finding(source, node, what));
  });
  return found;
}

type Constants = ReadonlyMap<string, readonly SyntaxNode[]>;

/** What each `const` of a file is, by its name, in the order of the file. */
function constants({ tree }: Source): Constants {
  const values = new Map<string, SyntaxNode[]>();
  walk(tree, (node) => {
    const name = node.type === 'VariableDeclarator' ? nameOf(node.id) : '';
    if (name !== '' && isNode(node.init)) values.set(name, [...(values.get(name) ?? []), node.init]);
  });
  return values;
}

function lineFault(node: SyntaxNode, values: Constants): string | undefined {
  if (PROGRAMS.test(literalOf(originOf(node)) ?? '') && !isByName(node)) {
    return 'a program is started with its arguments apart: no exec, and functions imported by name';
  }
  if (node.type === 'Property' && nameOf(node.key) === 'shell' && !(isNode(node.value) && node.value.value === false)) {
    return 'a program is started without a shell';
  }
  if (node.type !== 'CallExpression' || !STARTS.has(nameOf(node.callee))) return undefined;
  const words = wordsOf(node, values);
  const shell = words.findIndex((word) => SHELL.test(textOf(word, values) ?? ''));
  const flag = words.findIndex((word, at) => shell >= 0 && at > shell && LINE_FLAG.test(textOf(word, values) ?? ''));
  const line = flag < 0 ? undefined : words[flag + 1];
  if (line !== undefined && textOf(line, values) === null) return 'what a shell reads is written down, not built';
  return words.some(isSplit) ? 'arguments are given apart, not split from a line' : undefined;
}

/** Whether an import names what it takes, and takes no `exec`; what comes by `import()` or `require` is not named. */
function isByName({ type, specifiers }: SyntaxNode): boolean {
  if (type === 'TSImportType') return true;
  return (
    type === 'ImportDeclaration' &&
    (specifiers as SyntaxNode[]).every((one) => {
      return one.type === 'ImportSpecifier' && !/^exec(Sync)?$/.test(nameOf(one.imported));
    })
  );
}

/** The program and its arguments, as far as they stand in the call or in a `const`. */
function wordsOf({ arguments: given }: SyntaxNode, values: Constants): SyntaxNode[] {
  const [program, list] = given as (SyntaxNode | undefined)[];
  return [program, ...elementsOf(list, values)].filter(isNode);
}

function elementsOf(list: SyntaxNode | undefined, values: Constants): SyntaxNode[] {
  const value = constantOf(list, values);
  if (value?.type !== 'ArrayExpression') return value === undefined ? [] : [value];
  return (value.elements as SyntaxNode[]).flatMap((element) => {
    return element.type === 'SpreadElement' ? elementsOf(element.argument as SyntaxNode, values) : [element];
  });
}

/** What a name of a `const` stands for, the last before it where several have the name; any other node is itself. */
function constantOf(node: SyntaxNode | undefined, values: Constants): SyntaxNode | undefined {
  const all = node?.type === 'Identifier' ? (values.get(nameOf(node)) ?? []) : [];
  return all.findLast(({ start }) => start < node!.start) ?? all[0] ?? node;
}

/** The text of a word that is written down, or null for one that is built. */
function textOf(word: SyntaxNode, values: Constants): string | null {
  const value = constantOf(word, values)!;
  const [only, ...more] = value.type === 'TemplateLiteral' ? (value.quasis as SyntaxNode[]) : [];
  if (only === undefined || more.length > 0) return literalOf(value);
  return (only.value as { readonly cooked: string }).cooked;
}

function isSplit(node: SyntaxNode): boolean {
  return node.type === 'CallExpression' && nameOf(node.callee) === 'split';
}

/** A path is encoded in an address. */
function addressFault(node: SyntaxNode, values: Constants): string | undefined {
  if (node.type === 'MemberExpression' && nameOf(node) === 'pathname' && isNode(node.object)) {
    if (isOfThisFile(constantOf(node.object, values)!)) return 'a path comes from an address by fileURLToPath';
  }
  const [first] = node.type === 'TemplateLiteral' ? (node.quasis as SyntaxNode[]) : [];
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
