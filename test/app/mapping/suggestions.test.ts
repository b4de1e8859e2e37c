// A suggested mapping, with its questions answered as a person would, reads the file right: the shop's and the portal's
// dialects, each with the questions that it leaves open and no others.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { BankLineReported } from '../../../src/domain/fact.ts';
import type { FileKind } from '../../../src/producers/formats/format.ts';
import { orderOf, paymentOf, settledOf } from '../../producers/import-helpers.ts';
import { EXPORTS_FOLDER } from '../../providers/file-samples.ts';
import { SAMPLES } from '../../providers/samples.ts';
import { DIALECTS } from './dialects.ts';
import { type Answers, readAsSuggested } from './given-suggestion.ts';

function factText(kind: FileKind, fact: Parameters<typeof settledOf>[0]): string {
  const reference = fact!.transaction_reference;
  if (kind === 'orders') {
    const { amount, currency, status, placed_at } = orderOf(fact);
    return `${reference} ${amount} ${currency} ${status} ${new Date(placed_at).toISOString()}`;
  }
  if (kind === 'settlements') {
    const { line_type, gross, currency, fee, settlement_date } = settledOf(fact);
    return `${reference} ${line_type} ${gross} ${currency} ${fee} ${settlement_date}`;
  }
  if (kind === 'bank') {
    const body = fact!.body as BankLineReported;
    return `${body.amount} ${body.currency} ${body.value_date} ${fact!.payout}`;
  }
  const { kind: of, status, amount, currency, provider_transaction_id } = paymentOf(fact);
  return `${reference} ${of} ${status} ${amount} ${currency} ${provider_transaction_id}`;
}

describe('a suggested mapping reads', () => {
  test.each(DIALECTS)('$title', async ({ content, answers = {}, kind, facts, faults = [] }) => {
    const reading = await readAsSuggested(content, answers);
    expect(reading.questions, reading.text).toHaveLength(Object.keys(answers).length);
    for (const part of Object.keys(answers)) expect(reading.questions.join('\n'), reading.text).toContain(part);
    expect([reading.kind, reading.faults], reading.text).toEqual([kind, faults]);
    expect(
      reading.facts.map((fact) => factText(kind, fact)),
      reading.text,
    ).toEqual(facts);
  });
});

describe('of a named export', () => {
  const samples = SAMPLES.filter(({ provider }) => provider.exports.length > 0).flatMap(({ provider, files }) =>
    files.map(({ text, kind, facts }, at) => ({ provider: provider.name, at, text, kind, facts })),
  );
  test.each(samples)(
    '$provider $kind $at is known, and its mapping reads it',
    async ({ provider, text, kind, facts }) => {
      const answers: Answers = kind === 'orders' ? { 'Which shop': 'my-shop' } : {};
      const reading = await readAsSuggested(text, answers);
      expect(reading.named).toMatchObject({ provider });
      expect([reading.kind, reading.faults], reading.text).toEqual([kind, []]);
      expect(reading.facts).toMatchObject(facts);
      expect(reading.facts).toHaveLength(facts.length);
    },
  );

  test('that no mapping can say, says so', async () => {
    const text = readFileSync(new URL('mpesa-stk.jsonl', EXPORTS_FOLDER), 'utf8');
    const { suggestFile } = await import('../../../src/app/mapping/suggest-file.ts');
    const { withFile } = await import('../../producers/import-helpers.ts');
    const { mappingText } = await import('../../../src/app/mapping/mapping-text.ts');
    const suggestion = await withFile(text, (path) => suggestFile(path, {}));
    const { questions, settings } = suggestion;
    expect(settings).toEqual([]);
    expect(mappingText(suggestion, { file: 'f', lang: 'en' })).not.toContain('No mapping is needed');
    expect(questions).toMatchObject([{ asks: ['askUnsayable', 'STK push result'], alternatives: [] }]);
  });

  test('there is a sample of every one', () => {
    const sampled = new Set(readdirSync(EXPORTS_FOLDER));
    expect(sampled.size).toBe(samples.length + 1);
  });
});
