// Files that are added to notes: what kind each is, by its bytes alone, and who sent which.

import { open } from 'node:fs/promises';
import type { Attachment } from '../../domain/decision.ts';
import type { Instant } from '../../domain/time.ts';

export interface Attachments {
  /** It is on the disk when this returns. */
  add(person: string, attachment: Attachment, at: Instant): void;
  /** One that this person sent and is about to name: it is kept for a day from now. */
  claim(person: string, sha256: string, at: Instant): Attachment | undefined;
  /** A note names these now: they stay. */
  named(sha256s: readonly string[]): void;
  /** How many of this person's no note names. */
  unnamed(person: string): number;
  /** Some that were sent before this time and that no note was seen to name. */
  sentBefore(at: Instant, limit: number): readonly string[];
  /** Forgets who sent this one before this time; false where it was sent since, or is named. */
  forget(sha256: string, before: Instant): boolean;
}

const HEAD_BYTES = 4_096;
const TEXT = 'text/plain';
const OTHER = 'application/octet-stream';

/** By how the file begins, in latin1. What a browser would run, such as HTML or SVG, is a text here. */
const BEGINNINGS: readonly (readonly [beginning: RegExp, media: string])[] = [
  [/^%PDF-/, 'application/pdf'],
  [/^\x89PNG\r\n\x1a\n/, 'image/png'],
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^GIF8[79]a/, 'image/gif'],
  [/^RIFF....WEBP/s, 'image/webp'],
  [/^PK\x03\x04/, 'application/zip'],
];

const ENDINGS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'application/zip': 'zip',
  [TEXT]: 'txt',
};
export const MEDIA = [...Object.keys(ENDINGS), OTHER] as readonly string[] as [string, ...string[]];

/** The media type of a file, whatever it is called, and its size. */
export async function sniff(path: string): Promise<Pick<Attachment, 'media' | 'size'>> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return { size, media: mediaOf(buffer.subarray(0, bytesRead)) };
  } finally {
    await file.close();
  }
}

function mediaOf(head: Buffer): string {
  const text = head.toString('latin1');
  const known = BEGINNINGS.find(([beginning]) => beginning.test(text));
  if (known !== undefined) return known[1];
  return head.length > 0 && !head.includes(0) && isUtf8(head) ? TEXT : OTHER;
}

/** The last letter may be cut off. */
function isUtf8(head: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** How a browser is to call it. */
export function downloadName({ sha256, media }: Pick<Attachment, 'sha256' | 'media'>): string {
  return `hesabu-${sha256.slice(0, 12)}.${ENDINGS[media] ?? 'bin'}`;
}
