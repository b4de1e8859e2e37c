// Objects of Onafriq as its documentation has them, with made-up values.

import type { BodyKind } from '../../../src/producers/bodies/body.ts';
import { ONAFRIQ } from '../../../src/providers/onafriq/onafriq.ts';
import { type Given, readBody } from '../body-reader.ts';

export const read = (kind: BodyKind, body: unknown, given: Given = {}) => readBody(ONAFRIQ, kind, body, given);
export const BY_ORDER: Given = { settings: { reference: 'metadata.order_ref' } };
export const hook = (event: string, id = 7) => ({
  id,
  created: '2024-01-01T00:00:00Z',
  event,
  target: 'https://x',
  user: 3,
});

export const REQUEST = {
  ...{ id: 427737, organization: 4, amount: '3000.0000', currency: 'UGX', phonenumber: '+256772123456' },
  contact: { id: 9, phone_number: '+256772123456', type: 'employee', metadata: {}, created: '2016-12-30T21:14:27Z' },
  ...{ reason: 'x', metadata: { order_ref: 'ord-77' }, created: '2024-05-01T08:58:00Z', author: 134 },
  ...{ modified: '2024-05-01T09:00:02Z', collection: null, account: null, send_instructions: true, status: 'pending' },
  ...{ error_message: null, expiry_date: '2024-05-02 08:58:00.300273+00:00' },
};
export const COLLECTION = {
  ...{ id: 131820, remote_transaction_id: 'SS12', organization: 4, amount: '3000.0000', currency: 'UGX' },
  ...{ phonenumber: '+256772123456', payment_date: '2024-05-01T09:00:00Z', reference: 'ord77 thanks' },
  ...{ status: 'successful', created: '2024-05-01T09:00:01Z', modified: '2024-05-01T09:00:02Z' },
  collection_request: { ...REQUEST, status: 'successful', collection: 131820 },
};
export const received = (data: object) => ({ hook: hook('collection.received'), data });
export const changed = (data: object) => ({ hook: hook('collectionrequest.status.changed'), data });
