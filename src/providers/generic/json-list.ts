// The list of rows in a JSON body of a network by configuration: at its top, or where the mapping's `each` says.

import { exactJson } from '../../producers/bodies/json-fields.ts';
import { isObject } from '../../producers/files/json-text.ts';

/** Each part as JSON, with its numbers as they are written; undefined where there is no such list. */
export function jsonListAt(text: string, each: string | undefined): readonly string[] | undefined {
  const exact = exactJson(text);
  if (!('value' in exact)) return undefined;
  const path = each === undefined ? [] : each.split('.');
  const found = path.reduce<unknown>((at, name) => {
    return isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }, exact.value);
  return Array.isArray(found) ? found.map((part: unknown) => JSON.stringify(part)) : undefined;
}

/** A document with these parts in a list at the same place. */
export function jsonWithListAt(parts: readonly string[], each: string | undefined): string {
  const path = each === undefined ? [] : each.split('.');
  return path.reduceRight((inner, name) => `{${JSON.stringify(name)}:${inner}}`, `[${parts.join(',\n')}]`);
}
