// The named steps of all disk writes: by the log and its snapshots, and by a run around them. A test ends the process
// at each of them; afterwards everything that was acknowledged must be there.

export const LOG_FAILPOINTS = [
  'append:seal-removed',
  'append:begin',
  'append:written',
  'append:before-commit',
  'append:committed',
  'checkpoint:begin',
  'checkpoint:done',
  'close:before-checkpoint',
  'close:checkpointed',
  'seal:written-temp',
  'seal:renamed',
  'snapshot:written-temp',
  'snapshot:renamed',
  'snapshot:older-removed',
] as const;

/** In the order of a run; a new ledger begins with a record. The steps of a worker thread are not reported. */
export const RUN_FAILPOINTS = [
  'run:imports-begun',
  'run:archive-written',
  'run:archive-synced',
  'run:archive-renamed',
  'run:import-done',
  'run:withdrawal-begun',
  'run:rules-kept',
  'run:blocks-made',
  'run:blocks-committed',
  'run:handoffs-read',
  'run:record-written',
  'run:record-renamed',
  'run:head-written',
  'run:head-renamed',
] as const;

/** In the order in which somebody is forgotten. */
export const FORGET_FAILPOINTS = [
  'forget:listed',
  'forget:keys-written',
  'forget:blanked',
  'forget:service',
  'forget:recorded',
] as const;

type Failpoint = (typeof LOG_FAILPOINTS)[number] | (typeof RUN_FAILPOINTS)[number] | (typeof FORGET_FAILPOINTS)[number];

/** Called just after each step. */
export type OnFailpoint = (step: Failpoint) => void;

export const NO_FAILPOINTS: OnFailpoint = () => {};
