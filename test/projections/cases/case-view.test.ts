// What a page of cases says of all that match.
import { expect, test } from 'vitest';
import { sumsView } from '../../../src/projections/cases/case-view.ts';

test('a facet of very many values has the most frequent ones, and says how many it leaves out', () => {
  const owners = new Map(Array.from({ length: 103 }, (_, at) => [`p-${String(at).padStart(3, '0')}`, at + 1]));
  const facets = new Map([
    ['owner', owners],
    ['reason', new Map([['AMOUNT_UNDER', 3]])],
  ] as const);
  const view = sumsView({ rows: [], sought: 0, total: 0, value: new Map(), facets }) as {
    readonly facets: { readonly owner: readonly { readonly value: string }[] };
    readonly facets_left_out: object;
  };
  expect(view.facets.owner.map(({ value }) => value)).toEqual([...owners.keys()].reverse().slice(0, 100));
  expect(view.facets_left_out).toEqual({ owner: 3 });
});
