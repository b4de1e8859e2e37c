// The worker thread's side of a remote hand: a local hand on a reading connection of its own.

import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { openReader } from '../../log/embedded.ts';
import type { Rules } from '../../matching/rules.ts';
import { type CommittedBlock, type Executor, type ExecutorOptions, type FileJob, LocalExecutor } from './executor.ts';
import {
  errorOf,
  type Fault,
  type FromExecutor,
  faultOf,
  type ThreadExecutorOptions,
  type ToExecutor,
} from './thread-messages.ts';

const port = parentPort!;
const { dir, readOnly, isBehind, ...options } = workerData as ExecutorOptions &
  Required<ThreadExecutorOptions> & { dir: string };
if (isBehind) setBehind();
// One that is read only belongs to a command that holds the directory's lock and has no writer beside it.
const executor = new LocalExecutor(dir, openReader(dir, readOnly), { ...options, readOnly });

/** Far above what Node's shared pool hands out. */
const MOVED_MIN = 64 * 1024;

const waiting = new Map<number, (fault: Fault | null) => void>();
let events = 0;

port.on('message', (message: ToExecutor) => {
  if ('answered' in message) {
    waiting.get(message.answered)?.(message.fault);
    waiting.delete(message.answered);
    return;
  }
  perform(message.call, message.method, message.args).then(
    (value) => send({ result: message.call, value }),
    (error) => send({ failed: message.call, fault: faultOf(error) }),
  );
});

/** Linux takes the priority of the calling thread for 0; elsewhere it would be the whole process's. */
function setBehind(): void {
  if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
}

function send(message: FromExecutor, moved: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, moved);
}

/** Large bytes that nobody here looks at again go over without a copy; small ones share their memory with others. */
function movable(bytes: Uint8Array): ArrayBuffer[] {
  const { buffer } = bytes;
  return bytes.length >= MOVED_MIN && buffer instanceof ArrayBuffer ? [buffer] : [];
}

/** Hands something on to the main thread; resolves when that has dealt with it. */
function emit(of: number, name: string, value: unknown, bytes?: Uint8Array): Promise<void> {
  const event = events++;
  send({ of, event, name, value }, bytes === undefined ? [] : movable(bytes));
  return new Promise((resolve, reject) => {
    waiting.set(event, (fault) => (fault === null ? resolve() : reject(errorOf(fault))));
  });
}

async function perform(call: number, method: keyof Executor, args: readonly unknown[]): Promise<unknown> {
  if (method === 'readFile') {
    return executor.readFile(args[0] as FileJob, {
      append: (batch) => emit(call, 'append', batch, batch.payload),
      rejects: (rejects) => emit(call, 'rejects', rejects),
      progress: (done) => void emit(call, 'progress', done),
    });
  }
  if (method === 'advance') {
    const [asOf, rulesHash] = args as [number, string];
    return executor.advance(asOf, rulesHash, (block: CommittedBlock) => emit(call, 'commit', block, block.bytes));
  }
  const onBlock = (facts: number) => void emit(call, 'progress', facts);
  if (method === 'replay') return executor.replay(args[0] as number[], onBlock);
  if (method === 'replayUnder') {
    const [partitions, rules, asOf] = args as [number[], Rules, number];
    return executor.replayUnder(partitions, rules, asOf, onBlock);
  }
  const plain = executor[method] as (...given: readonly unknown[]) => Promise<unknown>;
  return plain.apply(executor, [...args]);
}
