// The list of M-Pesa's side: its number is registered once, and our reader reads its times as the account says.

import { expect, test } from 'vitest';
import { MPESA } from '../../../src/providers/mpesa/mpesa.ts';
import { MPESA as PERSONALITY } from '../../../src/simulation/personalities/mpesa/mpesa.ts';
import { readBody } from '../../providers/body-reader.ts';
import { givenNetwork, HOUR } from './given.ts';

test('the list of M-Pesa has each payment at its time, below a number that is registered once', async () => {
  const { sandbox, clock, secret, close } = await givenNetwork('mpesa');
  try {
    const pair = Buffer.from(`${secret('consumer_key')}:${secret('consumer_secret')}`).toString('base64');
    const login = await fetch(`${sandbox.url}/oauth/v1/generate`, { headers: { authorization: `Basic ${pair}` } });
    const { access_token: token } = (await login.json()) as { access_token: string };
    const post = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      return (await fetch(`${sandbox.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).text();
    };
    const settings = PERSONALITY.account({ url: sandbox.url, webhookUrl: 'https://shop.example', secret } as never);
    const { pull } = settings as { pull: { nominated_number: string } };
    const number = { ShortCode: '174379', RequestType: 'Pull', NominatedNumber: pull.nominated_number };
    const register = { ...number, CallBackURL: 'https://shop.example/confirmation' };
    const path = '/pulltransactions/v1/register';
    expect(JSON.parse(await post(path, register))).toMatchObject({ ResponseStatus: '1000', ShortCode: '174379' });
    expect(JSON.parse(await post(path, register))).toMatchObject({ ResponseStatus: '1001' });
    const typed = { ShortCode: '174379', Amount: 900, Msisdn: '254712345678' };
    const from = clock.now();
    for (let nth = 0; nth < 20; nth++) await post('/mpesa/c2b/v1/simulate', { ...typed, BillRefNumber: `A${nth}` });
    await clock.advance(HOUR / 2);
    // East Africa: three hours before UTC.
    const [StartDate, EndDate] = ['2026-06-01 09:00:00', '2026-06-01 10:00:00'];
    const list = await post('/pulltransactions/v1/query', {
      ShortCode: '174379',
      StartDate,
      EndDate,
      OffSetValue: '0',
    });
    const { facts, rejects } = readBody(MPESA, 'poll', list, { settings: settings as never });
    expect(rejects).toEqual([]);
    expect(facts.length).toBeGreaterThan(5);
    for (const { occurred_at: at } of facts) expect(at! >= from && at! <= clock.now()).toBe(true);
  } finally {
    await close();
  }
});
