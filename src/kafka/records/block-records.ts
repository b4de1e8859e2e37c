// Blocks as records of ledger.v1: one record, or several parts where one would be larger than a record may be. Beside
// them stand takeovers: who takes a partition over writes one, reads until it comes back, and has seen every block.

import { randomUUID } from 'node:crypto';
import type { IHeaders, KafkaMessage, Message } from '../client/kafkajs.ts';
import { WIRE_PREFIX_BYTES } from '../topics/registry.ts';

/** Below RECORD_BYTES_MAX by what surrounds a record: one send puts all its records of a partition in one batch. */
export const PART_BYTES_MAX = 900_000;
const TYPE = 'hesabu-type';
const PART = 'hesabu-part';
const TAKEOVER_KEY = 'takeover';

/** `prefix` is the registry's, of the schema of blocks. */
export function blockMessages(partition: number, height: number, bytes: Buffer, prefix: Buffer): Message[] {
  const whole = Buffer.concat([prefix, bytes]);
  const count = Math.ceil(whole.length / PART_BYTES_MAX);
  return Array.from({ length: count }, (_, at) => ({
    partition,
    key: `block-${height}`,
    value: whole.subarray(at * PART_BYTES_MAX, (at + 1) * PART_BYTES_MAX),
    headers: { [TYPE]: 'block', [PART]: `${at + 1}/${count}` },
  }));
}

export interface Takeover {
  readonly id: string;
  readonly message: Message;
}

export function makeTakeover(partition: number): Takeover {
  const id = randomUUID();
  return { id, message: { partition, key: TAKEOVER_KEY, value: id, headers: { [TYPE]: 'takeover' } } };
}

/** The id of a takeover; undefined for any other record. */
export function takeoverIn({ headers, value }: KafkaMessage): string | undefined {
  return headerOf(headers, TYPE) === 'takeover' ? (value?.toString() ?? '') : undefined;
}

export function headerOf(headers: IHeaders | undefined, name: string): string | undefined {
  const value = headers?.[name];
  return value === undefined ? undefined : String(Array.isArray(value) ? value[0] : value);
}

/** What of a block tells its place in the chain. */
export interface Linked {
  readonly header: { readonly height: number; readonly previous: unknown };
  readonly hash: unknown;
}

/** How blocks are read: who knows their form gives it. */
export interface BlockForm<Block extends Linked = Linked> {
  /** Throws a RangeError where the bytes are no block. */
  decode(bytes: Buffer): Block;
  /** What the first block names as the one before. */
  readonly first: Block['hash'];
}

/** A block with the offset of its first record. */
export interface FoundBlock<Block> {
  readonly block: Block;
  readonly bytes: Buffer;
  readonly offset: bigint;
}

/** Puts the records of one partition of ledger.v1 together again. */
export class BlockAssembler<Block extends Linked> {
  private readonly form: BlockForm<Block>;
  private parts: Buffer[] = [];
  private offset = 0n;

  constructor(form: BlockForm<Block>) {
    this.form = form;
  }

  /** The block that this record completes; undefined for a part of one, a takeover, and what is no block. */
  take(message: KafkaMessage): FoundBlock<Block> | undefined {
    const [part, count] = (headerOf(message.headers, PART) ?? '').split('/').map(Number);
    if (part === undefined || count === undefined || message.value === null) return undefined;
    if (part === 1) {
      this.parts = [];
      this.offset = BigInt(message.offset);
    }
    // A part without those before it: reading began in the middle of a block.
    if (part !== this.parts.length + 1) return undefined;
    this.parts.push(message.value);
    if (part < count) return undefined;
    const bytes = Buffer.concat(this.parts).subarray(WIRE_PREFIX_BYTES);
    this.parts = [];
    try {
      return { block: this.form.decode(bytes), bytes, offset: this.offset };
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }
}

/** Whether a block is the next one: any other is ignored, by every reader. */
export function follows(head: { readonly height: number; readonly hash: unknown }, { header }: Linked): boolean {
  return header.height === head.height + 1 && header.previous === head.hash;
}
