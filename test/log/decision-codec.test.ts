// The bytes of decisions against the `avsc` library and the published schema.

import { readFileSync } from 'node:fs';
import avsc from 'avsc';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../../src/domain/bytes.ts';
import {
  CAUSES,
  CLOSE_CONDITIONS,
  DECIDER_ROLES,
  DECISION_VIAS,
  type DecisionBody,
  SIMPLE_KINDS,
  WAITING_ON,
} from '../../src/domain/decision.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { REASON_CODES, STAGES } from '../../src/domain/reasons.ts';
import { DECISION_FORM } from '../../src/log/decision-codec.ts';
import { readFact, writeFact } from '../../src/log/fact-codec.ts';

const schema = JSON.parse(readFileSync(new URL('../../schemas/decision.avsc', import.meta.url), 'utf8'));
const avroDecision = avsc.Type.forSchema(schema);

const text = fc.oneof(fc.string({ maxLength: 80 }), fc.string({ maxLength: 80, unit: 'grapheme' }));
const optional = fc.option(text);
const instant = fc.integer({ min: 0, max: 4_000_000_000_000 });
const proposal = fc.record({ id: text, content: text });

const shared = {
  about: text,
  case: fc.record({
    stage: fc.constantFrom(...STAGES),
    reason: fc.constantFrom(...REASON_CODES),
    subject: text,
  }),
  by: fc.record({
    person: text,
    roles: fc.subarray([...DECIDER_ROLES]),
    via: fc.constantFrom(...DECISION_VIAS),
  }),
  batch: optional,
  signer: text,
  signature: text,
};

const bodies: fc.Arbitrary<DecisionBody> = fc.oneof(
  fc.record({
    type: fc.constant('CaseAssigned' as const),
    ...shared,
    owner: optional,
    due_at: fc.option(instant),
    waiting_on: fc.option(fc.constantFrom(...WAITING_ON)),
  }),
  fc.record({
    type: fc.constant('NoteAdded' as const),
    ...shared,
    text,
    attachments: fc.array(fc.record({ sha256: text, size: fc.nat(), media: text }), { maxLength: 3 }),
  }),
  fc.record({
    type: fc.constant('ResolutionProposed' as const),
    ...shared,
    finding: text,
    kind: fc.constantFrom(...SIMPLE_KINDS),
    cause: fc.constantFrom(...CAUSES),
    amount: optional,
    currency: optional,
    text: optional,
  }),
  fc.record({
    type: fc.constant('ResolutionProposed' as const),
    ...shared,
    ...{ finding: text, kind: fc.constant('link' as const), cause: fc.constantFrom(...CAUSES) },
    ...{ amount: optional, currency: optional, text: optional },
    to: fc.array(fc.record({ reference: text, merchant: text, amount: text }), { maxLength: 3 }),
  }),
  fc.record({ type: fc.constant('ResolutionApproved' as const), ...shared, proposal, text: optional }),
  fc.record({ type: fc.constant('ResolutionRejected' as const), ...shared, proposal, text: optional }),
  fc.record({
    type: fc.constant('PeriodClosed' as const),
    ...shared,
    ...{ day: text, merchant: text, text: optional },
    heads: fc.array(fc.record({ partition: fc.nat(), size: fc.nat(), root: text }), { maxLength: 3 }),
    statements: fc.array(fc.record({ provider: text, currency: text, sha256: text, opening: text, closing: text }), {
      maxLength: 3,
    }),
    overruled: fc.subarray([...CLOSE_CONDITIONS]),
  }),
);

const decisions: fc.Arbitrary<Fact<DecisionBody>> = fc.record({
  transaction_reference: text,
  received_at: instant,
  raw: text,
  report: optional,
  line: optional,
  id: text,
  provider: text,
  merchant: text,
  occurred_at: fc.option(instant),
  forwarded: fc.boolean(),
  body: bodies,
  account: optional,
  payout: optional,
  stated_at: fc.option(instant),
  import_id: fc.nat(),
});

/** The fact in the shape that the library needs. */
function wrapped({ transaction_reference, received_at, raw, report, line, body, ...rest }: Fact<DecisionBody>): object {
  const { type, ...fields } = body;
  const isLink = 'kind' in fields && fields.kind === 'link';
  const named = isLink ? 'hesabu.LinkProposed' : `hesabu.${type}`;
  const claim = { ...rest, form: DECISION_FORM, body: { [named]: isLink ? without(fields, 'kind') : fields } };
  return { transaction_reference, received_at, raw, report, line, claim };
}

function without(fields: object, name: string): object {
  return Object.fromEntries(Object.entries(fields).filter(([each]) => each !== name));
}

describe('the bytes of a decision', () => {
  test('are those of the schema, and give the same decision back', () =>
    fc.assert(
      fc.property(decisions, (decision) => {
        const writer = new ByteWriter(16);
        writeFact(writer, decision);
        const bytes = writer.take();
        expect(bytes.toString('hex')).toBe(avroDecision.toBuffer(wrapped(decision)).toString('hex'));
        expect(readFact(bytes, 0, bytes.length)).toEqual(decision);
      }),
      { numRuns: 300 },
    ));

  test('with a word that nobody knows are refused', () => {
    const [decision] = fc.sample(decisions, { numRuns: 1, seed: 3 });
    const unknown = { ...decision!, body: { ...decision!.body, case: { ...decision!.body.case, reason: 'NO_SUCH' } } };
    const writer = new ByteWriter(16);
    writeFact(writer, unknown as Fact);
    const bytes = writer.take();
    expect(() => readFact(bytes, 0, bytes.length)).toThrow(RangeError);
  });
});
