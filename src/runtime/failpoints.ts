// The named steps of everything that is done to the disk: by the log and its snapshots, and around them by a run. A
// test ends the process at each of them, and whatever was acknowledged must be there afterwards.

export const LOG_STEPS = [
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

/** In the order of a run. Those of a worker thread are told to nobody. */
export const RUN_STEPS = [
  'run:imports-begun',
  'run:archive-written',
  'run:archive-synced',
  'run:archive-renamed',
  'run:import-done',
  'run:rules-kept',
  'run:block-made',
  'run:block-committed',
  'run:facts-forwarded',
  'run:head-written',
  'run:head-renamed',
] as const;

type Step = (typeof LOG_STEPS)[number] | (typeof RUN_STEPS)[number];

/** Told of every step, just after it was taken. */
export type OnFailpoint = (step: Step) => void;

export const NO_STEPS: OnFailpoint = () => {};
