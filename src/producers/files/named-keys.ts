// Objects of a mapping whose keys are names that are known, and what people are told of one that is not.

import { distance } from 'fastest-levenshtein';
import { z } from 'zod';

/** The known name that somebody may have meant; undefined where none is near. */
export function nearestOf(name: string, known: readonly string[]): string | undefined {
  const far = (other: string) => distance(name.toLowerCase(), other.toLowerCase());
  const [nearest] = known.toSorted((left, right) => far(left) - far(right));
  return nearest !== undefined && far(nearest) <= Math.ceil(name.length / 3) ? nearest : undefined;
}

/** What is expected in the place of a name that is not known. */
export function expectedName(name: string, known: readonly string[]): string {
  const nearest = nearestOf(name, known);
  return nearest === undefined
    ? `expected one of ${known.join(', ')}`
    : `expected ${nearest}, the nearest that there is`;
}

function unknownKey(known: readonly string[]): z.core.$ZodErrorMap {
  return ({ code, keys }) =>
    code === 'unrecognized_keys' ? expectedName(String((keys as string[])[0]), known) : undefined;
}

export function strict<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, { error: unknownKey(Object.keys(shape)) });
}

/** An object whose names are some of those that are known. */
export function named<Value extends z.ZodType>(known: readonly string[], value: Value) {
  const name = z.enum(known as [string, ...string[]]);
  return z.partialRecord(name, value, { error: unknownKey(known) }).transform((found) => mapOf<z.output<Value>>(found));
}

export function mapOf<Value>(members: Readonly<Record<string, unknown>>): ReadonlyMap<string, Value> {
  return new Map(Object.entries(members).filter(([, value]) => value !== undefined) as [string, Value][]);
}
