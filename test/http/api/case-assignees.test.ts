// Who may be given a case: a team, or a person who may see it and work it, whichever way the assignment comes.
import { expect, test } from 'vitest';
import { withDesk } from './given-cases.ts';

test('no stranger, no auditor, nobody of another shop and nobody who is disabled is given a case', () =>
  withDesk(async (desk) => {
    const { given, operator, post } = desk;
    const { id } = await desk.short('A-1', '20.00');
    const { people } = given.parts;
    const make = (name: string, role: 'operator' | 'approver' | 'auditor', merchant: string) => {
      const about = { name, mail: null, language: 'en', zone: 'UTC', grants: [{ role, merchant }] } as const;
      return people.create(about, given.clock.now()).person.id;
    };
    const gone = make('Gone', 'operator', '*');
    people.disable(gone, given.clock.now());
    const wrong = ['p-000000000000', make('Aud', 'auditor', '*'), make('Other', 'operator', 'shop-2'), gone];
    for (const owner of wrong) {
      const { status, json } = await post(operator, `/v1/cases/${id}/assignment`, { owner });
      expect([status, json.code, json.where]).toEqual([422, 'HESABU_FIELD_INVALID', 'owner']);
      const act = { act: 'assign', owner };
      const { json: preview } = await post(operator, '/v1/cases/bulk/preview', { act, cases: [id] });
      expect([preview.count, preview.refused[0].code, preview.token]).toEqual([0, 'HESABU_FIELD_INVALID', null]);
    }
    for (const owner of [make('Own', 'operator', 'shop-1'), make('All', 'approver', '*'), 'team-a', null]) {
      expect((await post(operator, `/v1/cases/${id}/assignment`, { owner })).status).toBe(200);
    }
  }));
