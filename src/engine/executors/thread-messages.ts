// The messages between the main thread and an executor's thread: calls, events, results, and errors without classes.

import type { ErrorCode } from '../../domain/error-codes.ts';
import { type ErrorDetail, HesabuError, type Reject } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { Append } from '../../log/event-log.ts';
import type { LogView } from '../../log/log-reader.ts';
import type { Rules } from '../../matching/rules.ts';
import type { FilePart } from '../../producers/files/file-parts.ts';
import type { AdvanceStep } from '../../task/advance.ts';
import type { CommittedBlocks, ExecutorOptions, FileJob } from './executor.ts';
import type { Query } from './queries.ts';

export interface ThreadExecutorOptions extends Omit<ExecutorOptions, 'onFailpoint' | 'providers'> {
  /** Whether the thread has a lower priority than this one. */
  readonly isBehind?: boolean;
  /** Whether the thread packs what it appends, because the log takes it so. */
  readonly packs?: boolean;
  /** What the thread sees of the log; if absent, also what is written meanwhile. */
  readonly view?: LogView;
}

/** The methods of an executor; their intermediate results come back as events. */
export type Work =
  | { readonly ask: Query }
  | { readonly readFile: FileJob }
  | { readonly advance: { readonly step: AdvanceStep; readonly asOf: Instant; readonly rulesHash: string } }
  | { readonly replay: { readonly partitions: readonly number[]; readonly until: Instant } }
  | { readonly replayUnder: { readonly partitions: readonly number[]; readonly rules: Rules; readonly asOf: Instant } }
  | 'close';

/** An intermediate result of an executor. The thread waits until the main thread has handled it. */
export type Handed =
  | { readonly append: Append }
  | { readonly rejects: readonly Reject[] }
  | { readonly commit: CommittedBlocks }
  | { readonly part: FilePart | null }
  | { readonly progress: number };

/** From the main thread: first what it is for, then a call, or the answer to an event. */
export type ToExecutor =
  | { readonly begin: ThreadExecutorOptions & { readonly dir: string } }
  | { readonly call: number; readonly work: Work }
  | { readonly answered: number; readonly fault: Fault | null };

/** From an executor: a call's result, or an event of a call in progress. */
export type FromExecutor =
  | { readonly result: number; readonly value: unknown }
  | { readonly failed: number; readonly fault: Fault }
  | { readonly of: number; readonly event: number; readonly handed: Handed };

/** An error between threads: messages lose classes. */
export interface Fault {
  readonly code: ErrorCode | null;
  readonly detail: ErrorDetail;
  readonly message: string;
  readonly stack: string | undefined;
}

export function faultOf(error: unknown): Fault {
  const { message, stack } = error as Error;
  if (error instanceof HesabuError) return { code: error.code, detail: error.detail, message, stack };
  return { code: null, detail: {}, message, stack };
}

export function errorOf(fault: Fault): Error {
  const error = fault.code === null ? new Error(fault.message) : new HesabuError(fault.code, fault.detail);
  if (fault.stack !== undefined) error.stack = fault.stack;
  return error;
}
