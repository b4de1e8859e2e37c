// Exchanges and archives for the tests of the raw archive.

import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { dataPath, exchangesFolder, indexPath } from '../../../src/archive/exchanges/day-scan.ts';
import type { Exchange } from '../../../src/archive/exchanges/exchange.ts';
import { ExchangeArchive } from '../../../src/archive/exchanges/exchange-archive.ts';
import { newExchangeId } from '../../../src/archive/exchanges/exchange-id.ts';

export const NOON = Date.parse('2026-06-01T12:00:00Z');
export const DAY = 86_400_000;

export const pseudonym = (text: string): string => hash('sha256', `key/${text}`, 'base64url').slice(0, 22);

export function message(body: string | Uint8Array = '', headers: Record<string, string> = {}) {
  return { headers, body: typeof body === 'string' ? Buffer.from(body) : body };
}

/** A webhook that was accepted, with the given differences. */
export function exchange(given: Partial<Exchange> = {}): Exchange {
  const at = given.at ?? NOON;
  return {
    id: newExchangeId(at),
    direction: 'in',
    at,
    elapsed_ms: 3,
    account: 'mfs-africa/main',
    method: 'POST',
    url: '/webhooks/mfs-africa/main',
    request: message('{"transaction_reference":"ORDER-1","amount":"1500.00"}', { 'content-type': 'application/json' }),
    status: 200,
    response: message('{"accepted":true}', { 'content-type': 'application/json' }),
    fault: null,
    names: [],
    ...given,
  };
}

export function openArchive(dir: string): Promise<ExchangeArchive> {
  return ExchangeArchive.open(dir, { pseudonym });
}

/** All text of a day's file. Zstd skips the frames between by itself; Node's binding stops at them. */
export function textOnDisk(dir: string, day = '2026-06-01'): string {
  const file = readFileSync(dataPath(exchangesFolder(dir), day));
  let text = '';
  for (let at = 0; at < file.length; ) {
    const data = at + 8 + file.readUInt32LE(at + 4);
    const end = data + file.readUInt32LE(at + 16);
    text += zstdDecompressSync(file.subarray(data, end)).toString();
    at = end;
  }
  return text;
}

export const data = (dir: string, day = '2026-06-01') => dataPath(exchangesFolder(dir), day);
export const index = (dir: string, day = '2026-06-01') => indexPath(exchangesFolder(dir), day);
export const idsOf = (found: readonly { id: string }[]) => found.map(({ id }) => id);

/** An archive with one frame for each of these, closed. */
export async function archiveOf(dir: string, exchanges: readonly Exchange[]): Promise<void> {
  const archive = await openArchive(dir);
  for (const each of exchanges) await archive.add(each);
  await archive.close();
}

export function ten(at = NOON): Exchange[] {
  return Array.from({ length: 10 }, (_, n) => exchange({ at: at + n, names: [`ORDER-${n}`, 'ALL'] }));
}
