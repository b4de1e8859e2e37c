// The routes of views: a person's own names for lists of the desk.

import { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import { formatInstant } from '../../../domain/time.ts';
import { deciderOf } from '../../access/decider.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { instant, named } from '../schemas/basic.ts';

const READERS = ['operator', 'approver', 'auditor'] as const;

const View = z.strictObject({ name: z.string(), url: z.string(), at: instant });
const Views = named('Views', z.strictObject({ views: z.array(View) }));

const ViewRequest = named(
  'ViewRequest',
  z.strictObject({
    /** One of this name is replaced. */
    name: z
      .string('expected a name')
      .trim()
      .min(1, 'expected a name that is not empty')
      .max(80, 'expected a name of at most 80 characters')
      .regex(
        /^[^\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+$/,
        'expected a name without control characters',
      ),
    /** A page of the desk with its filters; null takes the view away. */
    url: z
      .string()
      .max(2_000)
      .regex(
        /^\/desk\/[\w\-./~%?&=+:,;@!$'()*]*$/,
        'expected the URL of a page of the desk, such as /desk/breaks?reason=…',
      )
      .nullable(),
  }),
);

export const VIEW_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    url: '/v1/views',
    summary: "The caller's own views, by name",
    roles: READERS,
    scope: 'all',
    answers: { 200: json('The views', Views) },
    handle: async (call) => ({ status: 200, body: viewsOf(call) }),
  }),
  route({
    method: 'POST',
    url: '/v1/views',
    summary: 'Name a list of the desk, or take a name away',
    description: 'A view is a name for a URL, of one person alone; at most 100.',
    roles: READERS,
    scope: 'all',
    body: ViewRequest,
    example: { name: 'Short payments of today', url: '/desk/breaks?reason=AMOUNT_UNDER&age=0' },
    answers: { 200: json('The views', Views) },
    handle: putView,
  }),
];

type Asking = Pick<Call, 'parts' | 'caller'>;

function viewsOf({ parts, caller }: Asking): object {
  const { person } = deciderOf(parts.people, caller, '');
  const views = parts.tables.views.of(person).map(({ at, ...view }) => ({ ...view, at: formatInstant(at) }));
  return { views };
}

async function putView(call: Call<unknown, unknown, z.output<typeof ViewRequest>>): Promise<Answer> {
  const { parts, caller, body } = call;
  const { person } = deciderOf(parts.people, caller, '');
  const { name, url } = body;
  const { views } = parts.tables;
  if (url === null) {
    if (!views.remove(person, name)) throw new HesabuError('HESABU_NOT_FOUND', { where: name });
  } else if (!views.put(person, { name, url, at: parts.clock.now() })) {
    throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'name', expected: 'at most 100 views' });
  }
  return { status: 200, body: viewsOf(call) };
}
