// Blocks as records of ledger.v1: one record, or several parts if one would exceed the record size. The topic also has
// takeovers: a new owner of a partition writes one and reads until it comes back; then it has seen every block.

import { randomUUID } from 'node:crypto';
import { HesabuError } from '../../domain/errors.ts';
import type { IHeaders, KafkaMessage, Message } from '../client/kafkajs.ts';
import { WIRE_PREFIX_BYTES } from '../topics/registry.ts';

/** Below RECORD_BYTES_MAX by the overhead of a record: one send puts all its records of a partition in one batch. */
export const PART_BYTES_MAX = 900_000;
const TYPE = 'hesabu-type';
const PART = 'hesabu-part';
const TAKEOVER_KEY = 'takeover';

/** `prefix` is the registry's prefix for the schema of blocks. */
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

/** The fields of a block that define its place in the chain. */
export interface LinkedBlock {
  readonly header: { readonly height: number; readonly previous: unknown };
  readonly hash: unknown;
}

/** How to decode blocks, given by code that knows their form. */
export interface BlockForm<Block extends LinkedBlock = LinkedBlock> {
  /** Throws a RangeError for invalid bytes. */
  decode(bytes: Buffer): Block;
  /** The previous hash of the first block. */
  readonly first: Block['hash'];
}

/** A block with the offset of its first record. */
export interface AssembledBlock<Block> {
  readonly block: Block;
  readonly bytes: Buffer;
  readonly offset: bigint;
}

/** Assembles the records of one partition of ledger.v1 into blocks. */
export class BlockAssembler<Block extends LinkedBlock> {
  private readonly form: BlockForm<Block>;
  private parts: Buffer[] = [];
  private offset = 0n;

  constructor(form: BlockForm<Block>) {
    this.form = form;
  }

  /** The block that this record completes; undefined for a part, a takeover, or invalid bytes. */
  take(message: KafkaMessage): AssembledBlock<Block> | undefined {
    const [part, count] = (headerOf(message.headers, PART) ?? '').split('/').map(Number);
    if (part === undefined || count === undefined || message.value === null) return undefined;
    if (part === 1) {
      this.parts = [];
      this.offset = BigInt(message.offset);
    }
    // A part without the parts before it: reading began in the middle of a block.
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

/** Whether a block is the next one; every reader ignores any other. */
function follows(head: { readonly height: number; readonly hash: unknown }, { header }: LinkedBlock): boolean {
  return header.height === head.height + 1 && header.previous === head.hash;
}

/** The chain of the blocks in one partition of ledger.v1, as they are read from it. */
export class BlockChain {
  private readonly partition: number;
  height: number;
  hash: unknown;
  /** Blocks that were ignored, and that an ignored block may follow. */
  private readonly ignored = new Set<unknown>();

  /** `head` is the last block, and height -1 the place before the first. */
  constructor(partition: number, { height, hash }: { readonly height: number; readonly hash: unknown }) {
    this.partition = partition;
    this.height = height;
    this.hash = hash;
  }

  /**
   * Whether this block is the next one, which is then the last. A block is committed after the one before it: one
   * whose predecessor was never seen shows that blocks are missing. Throws HESABU_LEDGER_GONE.
   */
  take(block: LinkedBlock): boolean {
    const { height, previous } = block.header;
    if (follows(this, block)) {
      [this.height, this.hash] = [height, block.hash];
      return true;
    }
    if (height > this.height && !this.ignored.has(previous)) {
      throw new HesabuError('HESABU_LEDGER_GONE', {
        where: `ledger.v1/${this.partition}`,
        expected: `block ${this.height + 1}, which follows the one before it`,
        found: `block ${height}, which follows another`,
      });
    }
    if (height >= this.height) this.ignored.add(block.hash);
    return false;
  }
}
