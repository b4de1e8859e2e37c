// Exports of portals and files of networks, cut: none is taken as whole in silence. Every few bytes; all of them in a
// long run.
import { describe, expect, test } from 'vitest';
import type { FileKind } from '../../src/producers/formats/format.ts';
import { fileReading, type RegisteredProvider } from '../../src/providers/registry.ts';
import { read } from '../producers/import-helpers.ts';
import { SAMPLES } from './samples.ts';

/** One cut in so many bytes is tried. */
const STRIDE = Number(process.env.HESABU_TEST_CUT_STRIDE ?? 60);

/** What a run says of a file: that it is refused or perhaps cut, or its figures. */
async function told(provider: RegisteredProvider, kind: FileKind, bytes: Buffer): Promise<string> {
  const reading = { provider: provider.name, ...fileReading(provider.name, kind, undefined, [provider]) };
  try {
    const { result, facts } = await read(kind, bytes, reading);
    if (result.lack !== null) return facts.length === 0 ? 'refused' : 'refused, and taken';
    const { rows, rejected, leftOut, sums, fees } = result;
    return result.isPerhapsCut ? 'perhaps cut' : JSON.stringify({ rows, rejected, leftOut, sums, fees });
  } catch {
    return 'refused';
  }
}

const FILES = SAMPLES.flatMap(({ provider, files }) =>
  files.map(({ kind, text }, at) => [`${provider.name} ${kind} ${at + 1}`, provider, kind, text] as const),
);

describe('an export that is cut at any byte (B11)', () => {
  test.each(FILES)('is refused, told as perhaps cut, or has other figures: %s', async (_, provider, kind, text) => {
    const bytes = Buffer.from(text);
    const whole = await told(provider, kind, bytes);
    // A statement that comes with a row of totals or without one: without it, nobody can tell, and each run says so.
    if (provider.name === 'mpesa' && kind === 'settlements' && !text.includes('\nTotal'))
      return expect(whole).toBe('perhaps cut');
    expect(whole).toMatch(/^\{"rows":[1-9]/);
    const rowEnds = [...text.matchAll(/\n/g)].map(({ index }) => Buffer.byteLength(text.slice(0, index + 1)));
    for (let size = 1; size < bytes.length; size++) {
      if (size % STRIDE !== 0 && !rowEnds.includes(size)) continue;
      const said = await told(provider, kind, bytes.subarray(0, size));
      expect(said).not.toBe('refused, and taken');
      expect([size, said]).not.toEqual([size, whole]);
    }
  });
});
