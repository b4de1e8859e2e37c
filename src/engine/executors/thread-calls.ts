// The worker thread's side of a thread executor: a local executor with its own reading connection.

import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import type { Append } from '../../log/event-log.ts';
import { openReader, openView } from '../../log/log-reader.ts';
import { packFrameHere } from '../../log/zstd-frames.ts';
import { giveBack } from '../../runtime/give-back.ts';
import { LocalExecutor } from './executor.ts';
import {
  errorOf,
  type Fault,
  type FromExecutor,
  faultOf,
  type Handed,
  type ThreadExecutorOptions,
  type ToExecutor,
  type Work,
} from './thread-messages.ts';

const port = parentPort!;
let executor: LocalExecutor;
let packs = false;

const waiting = new Map<number, (fault: Fault | null) => void>();
let events = 0;

port.on('message', (message: ToExecutor) => {
  if ('begin' in message) {
    begin(message.begin);
    return;
  }
  if ('answered' in message) {
    waiting.get(message.answered)?.(message.fault);
    waiting.delete(message.answered);
    return;
  }
  perform(message.call, message.work).then(
    (value) => send({ result: message.call, value }),
    (error) => send({ failed: message.call, fault: faultOf(error) }),
  );
});

function begin({ dir, view, ...options }: ThreadExecutorOptions & { readonly dir: string }): void {
  if (options.isBehind === true) setBehind();
  packs = options.packs === true;
  executor = new LocalExecutor(dir, view === undefined ? openReader(dir) : openView(dir, view), options);
}

/** On Linux 0 means the calling thread; elsewhere it would be the whole process. */
function setBehind(): void {
  if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
}

function send(message: FromExecutor, moved: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, moved);
}

/** Sends an event to the main thread; resolves when that has handled it. */
function emit(of: number, handed: Handed, appends: readonly Append[] = []): Promise<void> {
  const event = events++;
  send({ of, event, handed }, movable(appends));
  return new Promise((resolve, reject) => {
    waiting.set(event, (fault) => (fault === null ? resolve() : reject(errorOf(fault))));
  });
}

/** Values are packed where they are made: a fifth of the bytes goes to the main thread, which only stores them. */
function packed(append: Append): Append {
  if (!packs) return append;
  const { payload } = append;
  const batch = { ...append, payload: packFrameHere(payload), unpackedSize: payload.length };
  giveBack(payload);
  return batch;
}

/** Buffers of their own, which are not used here again, move without a copy; small ones share memory with others. */
function movable(appends: readonly Append[]): ArrayBuffer[] {
  const isOwn = (buffer: ArrayBufferLike) => buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize;
  const buffers = appends.map(({ payload }) => payload.buffer).filter(isOwn);
  return [...new Set(buffers as ArrayBuffer[])];
}

async function perform(call: number, work: Work): Promise<unknown> {
  const progress = (done: number) => void emit(call, { progress: done });
  if (work === 'close') return executor.close();
  if ('ask' in work) return executor.ask(work.ask);
  if ('readFile' in work) {
    return executor.readFile(work.readFile, {
      append: (append) => {
        const batch = packed(append);
        return emit(call, { append: batch }, [batch]);
      },
      rejects: (rejects) => emit(call, { rejects }),
      progress,
      ...(work.readFile.mayCut === true ? { part: (part) => emit(call, { part }) } : {}),
    });
  }
  if ('advance' in work) {
    const { step, asOf, rulesHash } = work.advance;
    return executor.advance(step, asOf, rulesHash, ({ appends, counts }) => {
      const batches = appends.map(packed);
      return emit(call, { commit: { appends: batches, counts } }, batches);
    });
  }
  if ('replay' in work) return executor.replay(work.replay.partitions, work.replay.until, progress);
  const { partitions, rules, asOf } = work.replayUnder;
  return executor.replayUnder(partitions, rules, asOf, progress);
}
