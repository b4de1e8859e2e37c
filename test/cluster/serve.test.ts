// The live service on a ledger of workers: acknowledged webhooks are in the topics, the service reports the workers'
// findings, and facts without a reference get their key.
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  connections,
  end,
  makeSite,
  paymentBody,
  removeSite,
  type Serving,
  send,
  serve,
  signed,
} from '../service/service-client.ts';
import { GivenLedger } from './given-ledger.ts';
import { expectOnce } from './recon.ts';

let ledger: GivenLedger;
let site: ReturnType<typeof makeSite>;
let serving: Serving;
let key: string;

beforeEach(async () => {
  ledger = await GivenLedger.make(2);
  const { brokers, registry, prefix } = ledger.settings;
  site = makeSite({ kafka: { brokers, registry, prefix } });
  const args = ['keys', 'create', '--data', site.data, '--role', 'auditor', '--merchant', '*', '--format', 'json'];
  key = JSON.parse(await ledger.hesabu(args)).key;
  serving = await serve(site.config);
});
afterEach(async () => {
  await end(serving);
  removeSite(site);
  await ledger.remove();
});

async function ask(path: string) {
  const answer = await fetch(`${serving.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const PAYMENTS = 40;

test('webhooks become facts, workers match them, and the service reports the findings', {
  timeout: 90_000,
}, async () => {
  const agent = connections(8);
  const worker = ledger.worker(['--session', '6']);
  const names = Array.from({ length: PAYMENTS }, (_, at) => `${at}`);
  expect(await Promise.all(names.map((name) => send(agent, serving.url, signed(paymentBody(name)))))).toEqual(
    names.map(() => 200),
  );
  // Known by the gateway's id alone: it is the same payment, so it must get the same key.
  const refund = { transaction_reference: undefined, transaction_id: 'R-7', original_transaction_id: 'P-7' };
  const body = JSON.parse(paymentBody('refund', refund));
  expect(await send(agent, serving.url, signed(JSON.stringify({ ...body, event: 'refund.success' })))).toBe(200);
  await expect
    .poll(async () => JSON.stringify((await ask('/v1/transactions/A-7')).body), { timeout: 30_000 })
    .toContain('R-7');
  const { body: page } = await ask('/v1/entries?limit=500');
  expect((page.entries as unknown[]).length).toBeGreaterThanOrEqual(PAYMENTS);
  await agent.destroy();
  const audit = await ledger.drained();
  expectOnce(await ledger.recon(), audit.entries);
  // Restarted on the same directory, it continues at the end of its copy.
  await end(serving);
  serving = await serve(site.config);
  expect((await ask('/v1/transactions/A-7')).status).toBe(200);
  expect((await ask('/v1/checkpoint')).status).toBe(200);
  worker.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
  await end(serving);
  const args = ['replay', '--kafka', ledger.settings.brokers.join(','), '--data', site.data, '--format', 'json'];
  expect(JSON.parse(await ledger.hesabu(args))).toMatchObject({ replayed: true, outcome_root: audit.root });
  serving = await serve(site.config);
});
