// Finds SQL and its doors in a source file, for rooms that ask ports and own no table.
import { finding, importsOf, resolve, type Source, textIn, walk } from './source.ts';

const STATEMENT = new RegExp(
  `^\\s*(${[
    'SELECT .* FROM|INSERT .*INTO|REPLACE INTO|UPDATE .* SET|DELETE FROM|CREATE |ALTER TABLE|DROP |PRAGMA|BEGIN\\b',
    'WITH .* AS .*\\b(SELECT|INSERT|UPDATE|DELETE)\\b',
  ].join('|')})`,
  's',
);
const DATABASE = 'src/runtime/service-database.ts';

/** Imports that open a database, statements in texts, and the call that prepares one, as `path:line: what`. */
export function sqlFaults(source: Source): string[] {
  const doors = importsOf(source)
    .filter(({ specifier }) => specifier === 'node:sqlite' || resolve(source, specifier ?? '') === DATABASE)
    .map(({ specifier, line }) => `${source.path}:${line}: imports ${specifier}`);
  const found: string[] = [];
  walk(source.tree, (node) => {
    if (STATEMENT.test(textIn(node))) found.push(finding(source, node, 'an SQL statement'));
    const isPrepare = node.type === 'MemberExpression' && /\.prepare$/.test(source.text.slice(node.start, node.end));
    if (isPrepare) found.push(finding(source, node, 'a statement is prepared'));
  });
  return [...doors, ...found];
}
